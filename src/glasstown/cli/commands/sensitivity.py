"""``sensitivity``: what one claim depends on, asked of runs of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasstown.cli.options import CLUSTER, JSON, QUIET, SEED, WORKERS, F, Whole, sharing
from glasstown.cli.text import quoted, safe, shown, wrapped
from glasstown.errors import Interrupted

if TYPE_CHECKING:
    from glasstown.lab.screening import Depends

TOLD = 15
"""Lines of the screening that are printed; the file has all."""


def number(name: str, default: int, text: str) -> Callable[[F], F]:
    """An option that takes a whole number."""
    return click.option(f"--{name}", type=Whole(), default=default, show_default=True, metavar="N", help=text)


@click.command()
@click.argument("claim", metavar="CLAIM")
@number("people", 2_000, "Of each town.")
@number("trajectories", 4, "Ways through the ranges: of Morris's screening.")
@number("few", 4, "Numbers of which Sobol's indices are told; 0 for none.")
@number("points", 64, "Points of Sobol's, a power of two.")
@click.option("--by-institution", is_flag=True, help="Move all numbers of an institution together.")
@WORKERS
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Where the results go.  [default: studies/sensitivity-CLAIM]",
)
@CLUSTER
@sharing(SEED, JSON, QUIET)
def sensitivity(
    claim: str, people: int, trajectories: int, few: int, points: int, by_institution: bool, seed: int | None,
    workers: int | None, out: Path | None, cluster: str | None, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Ask what a CLAIM depends on, in runs made for the question.

    First every number and switch that is assumed is moved through its range,
    one after the other, along some ways (Morris's screening): what moves the
    claim's margin, its distance from the border in units of what matters?
    Then Sobol's indices of the few that move it most: the share of what the
    margin does that each explains, alone and together with the others.

    \b
    Examples:
      glasstown sensitivity silence
      glasstown sensitivity wall --by-institution
      glasstown sensitivity mine.toml --people 20k --trajectories 16
    """
    from glasstown.cli.attend import Attendant

    folder = out or Path("studies") / f"sensitivity-{Path(claim).stem}"
    asked = {"people": people, "trajectories": trajectories, "few": few, "points": points, "seed": seed}

    def farewell() -> Interrupted:
        told = "".join(f" --{name} {value}" for name, value in asked.items() if value is not None)
        told += " --by-institution" if by_institution else ""
        again = f"glasstown sensitivity {quoted(Path(claim))}{told} --out {quoted(folder)}"
        return Interrupted("Stopped; every run that ended is kept.", f"Go on with: {again}", folder)

    with Attendant(quiet, farewell) as attendant:
        from glasstown.lab.answering import How
        from glasstown.lab.screening import screening

        how = How(workers, cluster, attendant.meter, attendant.stop)
        try:
            found = screening(claim, folder, people, trajectories, few, points, by_institution, seed, how)
        except Interrupted:
            raise farewell() from None
    if as_json:
        from glasstown.cli.facts import written

        click.echo(written({"kind": "sensitivity", "folder": shown(folder), **found.packed()}))
    else:
        click.echo(safe("\n".join(_told(found))))
        click.echo(shown(folder / "depends.json"))


def _told(found: Depends) -> list[str]:
    """The screening and the indices as text."""
    moved = [each for each in found.screened if each.star > 0]
    kind = "institutions" if found.by == "institution" else "numbers and switches"
    width = max((len(each.name) for each in moved[:TOLD]), default=0)
    first = (
        f"{found.claim}: {len(moved)} of {len(found.screened)} {kind} move its margin in towns of "
        f"{found.people:,} over {found.days:,} days ({found.runs:,} runs)."
    )
    second = (
        f"Morris's screening, {found.trajectories} trajectories: how far the margin moves over a whole "
        "range, on average in size (with 95 % interval) and in direction."
    )
    lines = [wrapped(first), "", wrapped(second)]
    for each in moved[:TOLD]:
        way = "" if each.mean is None else f"  mean {each.mean:+.3g}"
        lines.append(f"  {each.name:{width}}  {each.star:8.3g} ({each.low:.3g} to {each.high:.3g}){way}")
    if len(moved) > TOLD:
        lines.append(f"  and {len(moved) - TOLD} more in the file")
    if found.indices:
        third = (
            f"Sobol's indices, {found.points} points, all else as it is shipped: the share of the margin's "
            "variance that each explains alone, and with all others."
        )
        lines += ["", wrapped(third)]
    for index in found.indices:
        alone = f"{index.first:6.2f} ({index.first_low:.2f} to {index.first_high:.2f})"
        total = f"{index.total:6.2f} ({index.total_low:.2f} to {index.total_high:.2f})"
        lines.append(f"  {index.parameter:{width}}  {alone}  {total}")
    if found.refused or found.failed:
        left = f"{found.refused} points contradict themselves, {found.failed} runs could not end; left out."
        lines += ["", wrapped(left)]
    return [*lines, ""]
