"""Living one town or two, attended: what ``run``, ``compare`` and ``resume`` have in common."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from glasstown.cli.attend import Attendant
from glasstown.cli.meter import REPORTS
from glasstown.cli.options import Asked
from glasstown.cli.text import quoted, safe
from glasstown.errors import Interrupted
from glasstown.store.layout import MANIFEST, START, report_name

if TYPE_CHECKING:
    from glasstown.lab.compare import Pair
    from glasstown.lab.outcome import Outcome
    from glasstown.lab.runs import Options
    from glasstown.scenario.model import Scenario

T = TypeVar("T")


@dataclass
class Place:
    """Where the work leaves its results, once that is known."""

    folder: Path | None = None

    def farewell(self) -> Interrupted:
        """What to say when stopped: how to go on, if there is anything to go on with."""
        folder = self.folder
        if folder is None or not any((folder / name).is_file() for name in (START, MANIFEST)):
            return Interrupted("Stopped before anything was begun; nothing was written.")
        return Interrupted("Stopped.", f"Go on with: glasstown resume {quoted(folder)}", folder)


@contextmanager
def attended(asked: Asked, place: Place) -> Iterator[Attendant]:
    """The attendant of some work. An interruption leaves with the words that say how to go on."""
    with Attendant(asked.quiet, place.farewell) as attendant:
        try:
            yield attendant
        except Interrupted as error:
            words = place.farewell()
            raise Interrupted(f"{words.message} {error.message}.", words.hint, words.resume) from error


@contextmanager
def lab_options(asked: Asked, attendant: Attendant) -> Iterator[Options]:
    """How the lab shall work: attended, with compilation noticed."""
    from glasstown.core.compiling import compilations
    from glasstown.lab.runs import Options

    with compilations() as found:
        attendant.watch(lambda: found.begun if found.busy else 0)
        yield Options(
            threads=asked.threads,
            progress=attendant.meter,
            stop=attendant.stop,
            keep_people=asked.keep_people,
            keep_people_on=asked.keep_people_on,
            note=lambda said: click.echo(safe(f"glasstown: {said}"), err=True),
        )


def live_one(asked: Asked, scenario: str) -> tuple[Outcome, Path, str]:
    """One scenario lived in its folder; the outcome, the folder and the language to tell it in.

    Raises all that ``lab.runs.run`` does.
    """
    place = Place()
    with attended(asked, place) as attendant, lab_options(asked, attendant) as options:
        from glasstown.lab import archive, catalog, runs

        chosen = catalog.load(scenario, asked.overrides())
        place.folder = archive.folder_for(asked.out, chosen)
        return runs.run(chosen, out=asked.out, options=options), place.folder, chosen.run.language


def live_two(asked: Asked, without: str, with_: str) -> tuple[Pair, Path, str]:
    """Twins lived in their folder, and their reports written; as ``live_one``."""
    place = Place()
    with attended(asked, place) as attendant, lab_options(asked, attendant) as options:
        from glasstown.lab import archive, catalog, runs

        arms: tuple[Scenario, Scenario] = catalog.twins(without, with_, asked.overrides())
        place.folder = archive.folder_for(asked.out, *arms)
        both = runs.compare(*arms, out=asked.out, options=options)
        if asked.reports:
            reports(both, place.folder, attendant, anew=False)
        return both, place.folder, arms[1].run.language


def go_on(asked: Asked, folder: Path) -> Outcome | Pair:
    """What was begun in ``folder`` brought to its end, with its reports."""
    place = Place(folder)
    with attended(asked, place) as attendant, lab_options(asked, attendant) as options:
        from glasstown.lab import runs
        from glasstown.lab.compare import Pair

        found = runs.resume(folder, options)
        if asked.reports and isinstance(found, Pair):
            reports(found, folder, attendant, anew=False)
        return found


def report_files(folder: Path, first: str = "en") -> list[Path]:
    """The reports of a comparison, as they are or will be; that in the language ``first`` leads."""
    return [
        folder / report_name(language) for language in sorted(("en", "fr"), key=lambda each: each != first)
    ]


def reports(both: Pair, folder: Path, attendant: Attendant, anew: bool) -> None:
    """Write the reports, unless they are there and need not be written ``anew``."""
    if anew or not all(path.is_file() for path in report_files(folder)):
        attendant.meter(REPORTS, 0, 1)
        from glasstown import report

        report.write(both, folder)
        attendant.meter(REPORTS, 1, 1)
