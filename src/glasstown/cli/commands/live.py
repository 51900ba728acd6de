"""``run``, ``compare``, ``resume``, ``report``: whatever lives a town, or tells what came of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glasstown.cli.options import JSON, QUIET, REPORTS, THREADS, Asked, asked, sharing, working
from glasstown.cli.text import shown
from glasstown.errors import InputError

if TYPE_CHECKING:
    from glasstown.lab.compare import Pair
    from glasstown.lab.outcome import Outcome

MAIN_JOB = ("open", "article")
"""What ``run`` without a scenario compares."""

FOLDER = click.argument("folder", type=click.Path(path_type=Path))


@click.command()
@click.argument("scenario", required=False)
@working
def run(scenario: str | None, **options: Any) -> None:
    """Live one scenario; without one, the town twice.

    Twice is a town of 100,000 people for a year as open (no system) and as
    article (the system of the article): the same people and the same draws. It
    leaves a folder with data and a report, and prints what changed.

    SCENARIO is one that comes with Glasstown (see: glasstown describe) or the
    path of a TOML file. Results that are there already are read, not lived again.

    \b
    Examples:
      glasstown run
      glasstown run --people 20k --days 90 --seed 7
      glasstown run open --people 1e6 --digest
      glasstown run mine.toml --set score.company=0 --out results
      glasstown run --set run.language=fr        (the summary in French)
    """
    chosen = asked(options)
    if scenario is None:
        _say_two(chosen, *MAIN_JOB)
    else:
        _say_one(chosen, scenario)


@click.command()
@click.argument("without")
@click.argument("with_", metavar="WITH")
@working
def compare(without: str, with_: str, **options: Any) -> None:
    """Live two scenarios with the same people and the same draws.

    --set goes to both; a value of an institution that only one has goes to
    that one.

    \b
    Examples:
      glasstown compare open article
      glasstown compare article mine.toml --people 50k
      glasstown compare open article --set cameras.mode=fixed_threshold --json
    """
    _say_two(asked(options), without, with_)


@click.command()
@FOLDER
@sharing(THREADS, REPORTS, JSON, click.option("--digest", is_flag=True, help="Print only the digest."), QUIET)
def resume(folder: Path, **options: Any) -> None:
    """Go on with a run or comparison that was stopped.

    It ends in the same bytes as if it had never been stopped, on any number of
    threads. A finished one is only read.

    \b
    Examples:
      glasstown resume runs/open-article-seed1-100000-3fa9c1d2
    """
    from glasstown.cli.work import go_on

    chosen = asked(options)
    found = go_on(chosen, folder)
    from glasstown.lab.compare import Pair

    if isinstance(found, Pair):
        _print_two(chosen, found, folder, found.with_.scenario.run.language)
    else:
        _print_one(chosen, found, folder, found.scenario.run.language)


@click.command()
@FOLDER
@QUIET
def report(folder: Path, quiet: bool) -> None:
    """Write the HTML reports of a study, or of a finished comparison, anew.

    \b
    Examples:
      glasstown report studies/claims
      glasstown report runs/open-article-seed1-100000-3fa9c1d2
    """
    from glasstown.cli.studying import is_study, report_on

    if is_study(folder):
        report_on(folder)
        return
    from glasstown.cli.work import Place, attended, report_files, reports

    with attended(Asked(quiet=quiet), Place(folder)) as attendant:
        from glasstown.lab.archive import load_any
        from glasstown.lab.compare import Pair

        found = load_any(folder)
        if not isinstance(found, Pair):
            from glasstown.cli.summary import reference

            raise InputError(
                f"{shown(folder)} holds one run; reports compare two",
                f"Compare it with another: glasstown compare open {reference(found.scenario)}",
            )
        reports(found, folder, attendant, anew=True)
    for path in report_files(folder):
        click.echo(shown(path))


def _say_one(chosen: Asked, scenario: str) -> None:
    from glasstown.cli.work import live_one

    _print_one(chosen, *live_one(chosen, scenario))


def _say_two(chosen: Asked, without: str, with_: str) -> None:
    from glasstown.cli.work import live_two

    _print_two(chosen, *live_two(chosen, without, with_))


def _print_one(chosen: Asked, outcome: Outcome, folder: Path, language: str) -> None:
    from glasstown.cli import facts, summary

    if chosen.digest:
        click.echo(outcome.digest)
    elif chosen.as_json:
        click.echo(facts.written(facts.of_run(outcome, folder)))
    else:
        click.echo(summary.of_run(outcome, folder, language))


def _print_two(chosen: Asked, both: Pair, folder: Path, language: str) -> None:
    from glasstown.cli import facts, summary

    if chosen.digest:
        for arm in (both.without, both.with_):
            click.echo(f"{arm.digest}  {arm.scenario.name}")
    elif chosen.as_json:
        click.echo(facts.written(facts.of_pair(both, folder)))
    else:
        click.echo(summary.of_pair(both, folder, language))
