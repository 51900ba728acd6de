"""``bundle`` and ``reproduce``: a study in one file, and such a file lived again and compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasstown.cli.options import JSON, QUIET, WORKERS, Whole, sharing
from glasstown.cli.text import quoted, shown
from glasstown.errors import Interrupted

if TYPE_CHECKING:
    from glasstown.lab.reproduce import Compared

STUDY = Path("studies/claims")
AGAIN = Path("studies/again")
DIFFERENT = 3
"""Exit code where something is not the same."""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=STUDY)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
def bundle(folder: Path, file: Path | None) -> None:
    """Put a study into one file: question, tables, verdicts, reports, and the hash of every run.

    FOLDER is that of a study (studies/claims by default), FILE by default its
    name with .zip. Opening a bundle never runs anything.

    \b
    Examples:
      glasstown bundle
      glasstown bundle studies/mine mine.zip
    """
    from glasstown.lab.bundle import export

    click.echo(shown(export(folder, file or folder.with_suffix(".zip"))))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--runs", type=Whole(), metavar="N", help="Only so many of its runs, evenly chosen.")
@WORKERS
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=AGAIN,
    show_default=True,
    metavar="FOLDER",
    help="Where it is lived again; what is there already is not lived again.",
)
@sharing(JSON, QUIET)
@click.pass_context
def reproduce(
    context: click.Context, file: Path, runs: int | None, workers: int | None, out: Path, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Live a bundle again and compare it byte for byte.

    Without --runs all of it, which takes as long as the study did; with --runs
    as many of its runs, each compared by the hash of everything that it came
    to. Exit code 3 if anything differs. The release that made the bundle is
    needed.

    \b
    Examples:
      glasstown reproduce study.zip --runs 20
      glasstown reproduce study.zip
    """
    from glasstown.cli.attend import Attendant
    from glasstown.cli.studying import reported

    def farewell() -> Interrupted:
        again = f"glasstown reproduce {quoted(file)} --out {quoted(out)}"
        return Interrupted("Stopped; every run that ended is kept.", f"Go on with: {again}", out)

    with Attendant(quiet, farewell) as attendant:
        from glasstown.lab import reproduce as lab
        from glasstown.lab.answering import How
        from glasstown.lab.bundle import opened

        how = How(workers, None, attendant.meter, attendant.stop)
        whole = opened(file)
        found = lab.whole(whole, out, how, reported) if runs is None else lab.some(whole, out, runs, how)
    _say(found, as_json)
    context.exit(0 if all(each.same for each in found) else DIFFERENT)


def _say(found: tuple[Compared, ...], as_json: bool) -> None:
    if as_json:
        from glasstown.cli.facts import written

        click.echo(written({"kind": "reproduction", "compared": {e.name: e.same for e in found}}))
        return
    for each in found:
        click.echo(f"{'the same ' if each.same else 'DIFFERENT'}  {each.name}")
    same = sum(each.same for each in found)
    click.echo(f"{same} of {len(found)} the same, byte for byte")
