"""``verify``: every published result, run again here; and outputs beside published field evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glasstown.cli.options import JSON, QUIET, SEED, THREADS, Asked, sharing
from glasstown.cli.text import safe, width, wrapped
from glasstown.errors import CheckFailed, Interrupted

if TYPE_CHECKING:
    from glasstown.lab.verification.bands import Placed
    from glasstown.lab.verification.result import Tested

KINDS = (".md", ".csv")


@dataclass
class Work:
    """What was asked for, and what is done of it."""

    seed: int
    scale: int
    wrong: bool
    output: Path | None
    asked: Asked
    of: int = 0
    done: list[Tested] = field(default_factory=list)

    def deliver(self) -> None:
        """Print what is done and write it to the file."""
        from glasstown.lab.verification import table

        said = table.about(self.done, self.of, self.seed, self.scale)
        if self.asked.as_json:
            from glasstown.cli.facts import written

            click.echo(written(self.facts()))
        else:
            click.echo(safe("\n".join(table.lines(self.done, max(width(), 80))).lstrip("\n")))
            click.echo("\n" + "\n".join(wrapped(line) for line in said))
        if self.output is not None:
            from glasstown.store.atomic import write_text

            markdown = self.output.suffix == ".md"
            write_text(
                self.output, table.as_markdown(self.done, said) if markdown else table.as_csv(self.done)
            )

    def facts(self) -> dict[str, Any]:
        """The document of ``--json``."""
        rows = [
            {"key": t.result.key, "claim": t.result.claim, "source": t.result.source, "where": t.result.where,
             "expected": t.result.expected, "slack": t.result.slack, "obtained": t.seen.value,
             "interval": t.interval, "n": getattr(t.seen, "tries", None),
             "standard_error": getattr(t.seen, "error", None), "alternative": t.result.alternative,
             "verdict": t.verdict, "power": t.power, "fault": t.result.fault, "alpha": t.result.alpha}
            for t in self.done
        ]  # fmt: skip
        return {"kind": "verification", "seed": self.seed, "scale": self.scale, "faults": self.wrong,
                "results": rows}  # fmt: skip

    def farewell(self) -> Interrupted:
        """What to say when stopped half way."""
        return Interrupted(
            f"Stopped after {len(self.done)} of {self.of} results.",
            f"The same again: glasstown verify --seed {self.seed}" + (" --nightly" if self.scale > 1 else ""),
        )

    def stopped(self) -> Interrupted:
        """As ``farewell``, from the thread that ends the program: what is done is delivered first."""
        if self.done:
            self.deliver()
        return self.farewell()


@click.command()
@click.option("--only", multiple=True, metavar="NAME", help="One institution. May be repeated.")
@click.option("--nightly", is_flag=True, help="Fresh draws (the seed is printed), four times the people.")
@click.option("--faults", is_flag=True, help="Plant the fault of each result: all must fail.")
@click.option("--bands", is_flag=True, help="Instead: outputs beside published field evidence.")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Also write the table: .md or .csv.")  # fmt: skip
@sharing(SEED, THREADS, JSON, QUIET)
def verify(
    only: tuple[str, ...], nightly: bool, faults: bool, bands: bool, output: Path | None, **options: Any
) -> None:
    """Run every published result again, here.

    Each institution alone must reproduce the model that it comes from. Prints, by
    institution, what the source says, what was obtained, its 95 % interval, the
    verdict, and the chance to notice a planted fault. Ctrl-C keeps what is done.
    Exit code 3 if a result fails.

    \b
    Examples:
      glasstown verify
      glasstown verify --only cameras --only registry
      glasstown verify --nightly --output results.md
      glasstown verify --nightly --seed 20261124    (that night again)
      glasstown verify --faults                     (can the tests fail at all?)
      glasstown verify --bands                      (inside or outside the evidence)
    """
    if output is not None and output.suffix not in KINDS:
        raise click.UsageError(f"--output must end in .md or .csv, not {output.suffix!r}.")
    chosen = Asked(seed=options["seed"], threads=options["threads"], as_json=options["as_json"],
                   quiet=options["quiet"])  # fmt: skip
    if bands:
        _bands(chosen, output)
        return
    from glasstown.lab.verification.running import NIGHTLY, fresh

    seed = chosen.seed if chosen.seed is not None else fresh() if nightly else 1
    work = Work(seed, NIGHTLY if nightly else 1, faults, output, chosen)
    _run(work, only)
    work.deliver()
    _judge(work)


def _run(work: Work, only: tuple[str, ...]) -> None:
    from glasstown.cli.attend import Attendant
    from glasstown.cli.trouble import unknown
    from glasstown.cli.work import lab_options
    from glasstown.lab.verification import NAMES, results

    for name in only:
        if name not in NAMES:
            raise click.UsageError(unknown("institution with results", name, NAMES))
    if not work.asked.quiet:
        click.echo(f"glasstown: seed {work.seed}", err=True)
    with Attendant(work.asked.quiet, work.stopped) as attendant, lab_options(work.asked, attendant) as how:
        from glasstown.lab.verification.running import verify as run
        from glasstown.lab.verification.trial import Trial

        chosen = results(only or NAMES)
        work.of = len(chosen)
        trial = Trial(work.seed, work.scale, how.threads)
        for tested in run(chosen, trial, wrong=work.wrong, progress=how.progress, stop=how.stop):
            work.done.append(tested)


def _judge(work: Work) -> None:
    """Raise if something is not as it should be."""
    wanted = "fails" if work.wrong else "holds"
    other = [each.result.key for each in work.done if each.verdict != wanted]
    if other and work.wrong:
        raise CheckFailed(f"{len(other)} planted faults are not noticed: {', '.join(other)}")
    if other:
        raise CheckFailed(f"{len(other)} of {work.of} results do not hold: {', '.join(other)}")
    if len(work.done) < work.of:
        raise work.farewell()


def _bands(chosen: Asked, output: Path | None) -> None:
    from glasstown.cli.work import Place, attended, lab_options

    with attended(chosen, Place()) as attendant, lab_options(chosen, attendant) as how:
        from glasstown.lab.verification.bands import bands, place

        placed = list(place(bands(), 1 if chosen.seed is None else chosen.seed, how))
    _show_bands(chosen, placed, output)


def _show_bands(chosen: Asked, placed: list[Placed], output: Path | None) -> None:
    from glasstown.lab.verification import bands

    if chosen.as_json:
        from glasstown.cli.facts import written

        click.echo(written(bands.facts(placed)))
    else:
        click.echo(safe("\n".join(bands.lines(placed))))
    if output is not None:
        from glasstown.store.atomic import write_text

        markdown = output.suffix == ".md"
        write_text(output, bands.as_markdown(placed) if markdown else bands.as_csv(placed))
