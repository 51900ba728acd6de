"""``sweep``: every draw of what is assumed, lived in every arm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasstown.cli.options import CLUSTER, DAYS, JSON, PEOPLE, QUIET, SEED, WORKERS, Part, Whole, sharing
from glasstown.cli.text import quoted, shown
from glasstown.errors import Interrupted, ScenarioError

if TYPE_CHECKING:
    from glasstown.lab.swept import Swept

SWEEPS = Path("sweeps/sweep")


@click.command()
@click.argument("arms", nargs=-1, metavar="[ARM]...")
@click.option(
    "--draws", type=Whole(), default=64, show_default=True, metavar="N", help="Draws of parameters."
)
@click.option(
    "--replicates",
    type=Whole(),
    default=2,
    show_default=True,
    metavar="N",
    help="Towns lived for each draw, the same for every arm.",
)
@sharing(PEOPLE, DAYS, SEED)
@click.option(
    "--vary",
    multiple=True,
    metavar="PATTERN",
    help="Draw only these, such as 'cameras.*'. May be repeated.",
)
@click.option(
    "--fix",
    multiple=True,
    metavar="KEY[=VALUE]",
    help="Do not draw these: a value for all arms, or a pattern that stays as it is. May be repeated.",
)
@click.option("--design-seed", type=Whole(), default=0, metavar="N", help="Which draws of parameters.")
@WORKERS
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=SWEEPS,
    show_default=True,
    metavar="FOLDER",
    help="Where the results go.",
)
@click.option(
    "--part",
    type=Part(),
    metavar="K/N",
    help="Live only the K-th of N parts, beside others that live theirs in the same folder.",
)
@CLUSTER
@sharing(JSON, QUIET)
def sweep(
    arms: tuple[str, ...], draws: int, replicates: int, people: int | None, days: int | None,
    seed: int | None, vary: tuple[str, ...], fix: tuple[str, ...], design_seed: int, workers: int | None,
    out: Path, part: tuple[int, int] | None, cluster: str | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Live scenarios under many draws of what is assumed.

    Each number that nobody has measured is drawn from its range, the same for
    every ARM (a scenario's name or file). Results that are in the folder are
    not lived again; without an ARM, the sweep that was begun there goes on.
    The table is the same whatever the number of workers.

    \b
    Examples:
      glasstown sweep open article --draws 64 --people 20k --days 180 --out sweeps/x
      glasstown sweep open article --vary 'cameras.*' --vary registry.error
      glasstown sweep --out sweeps/x           (go on)
      glasstown sweep open article --out sweeps/x --part 3/8
    """
    from glasstown.cli.attend import Attendant

    def farewell() -> Interrupted:
        return Interrupted("Stopped; every run that ended is kept.", f"Go on with: {again}", out)

    again = f"glasstown sweep --out {quoted(out)}"
    with Attendant(quiet, farewell) as attendant:
        from glasstown.lab import sweep as lab

        if part and cluster:
            raise ScenarioError("--part and --cluster exclude each other: choose one of them")
        if arms:
            plan = lab.plan(
                arms, draws, replicates, people or lab.PEOPLE, days or lab.DAYS, vary or None, fix, seed,
                design_seed,
            )  # fmt: skip
        else:
            plan = lab.begun(out)
        how = (workers, attendant.meter, attendant.stop)
        done = lab.live_part(plan, out, part, *how) if part else None
        found = None if part else lab.carry_out(plan, out, *how, cluster)
    if part and done:
        _say_part(part, *done, out, as_json)
    elif found:
        _say(found, as_json)


def _say_part(part: tuple[int, int], runs: int, failed: int, out: Path, as_json: bool) -> None:
    """What a part did, and what comes next."""
    if as_json:
        from glasstown.cli import facts

        told = {"folder": shown(out), "part": list(part), "runs": runs, "failed": failed}
        click.echo(facts.written(told))
        return
    click.echo(f"part {part[0]} of {part[1]}: {runs:,} runs, {failed:,} of them failed")
    click.echo(f"when all parts have ended: glasstown sweep --out {quoted(out)}")


def _say(found: Swept, as_json: bool) -> None:
    """What was done and where it is."""
    failures = found.failures
    if as_json:
        from glasstown.cli import facts

        told = [dict(zip(("draw", "replicate", "arm", "reason"), each, strict=True)) for each in failures]
        click.echo(facts.written({"folder": shown(found.folder), "runs": found.runs, "failed": told}))
        return
    click.echo(f"{found.runs:,} runs, {len(failures):,} of them failed")
    for reason in sorted({each[3] for each in failures}):
        click.echo(f"  {sum(each[3] == reason for each in failures):,} times: {reason}")
    for name in ("results.parquet", "design.parquet"):
        click.echo(shown(found.folder / name))
