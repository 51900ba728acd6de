"""The options that commands share, and what was asked for with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from glasstown.scenario.overrides import Override

F = TypeVar("F", bound=Callable[..., Any])

RUNS = Path("runs")
"""Where results go if nothing else is said."""

_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_NUMBER = re.compile(r"([+-]?[\d.]+(?:e[+-]?\d{1,4})?)\s*([a-z]*)", re.IGNORECASE)
_POWERS = {"": 0, "k": 3, "m": 6, "bn": 9, "b": 9}
_MOST_DIGITS = 18
_SPAN = re.compile(r"(\d{1,6})(?:-(\d{1,6})(?:/(\d{1,6}))?)?")
_PART = re.compile(r"(\d{1,6})/(\d{1,6})")
LAST_DAY = 36_524
"""The last day that any scenario can live."""


class Whole(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A whole number as people write it: 1e6, 100_000, 100,000, 100k, 1.5M, 1.42bn."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Fails with a sentence if it is none, or has more than 18 digits."""
        if isinstance(value, int):
            return value
        number = whole(str(value))
        if number is None:
            self.fail(f"expected a whole number such as 2000, 100k or 1e6, got {value!r}", param, ctx)
        return number


def whole(text: str) -> int | None:
    """The whole number that ``text`` says, None if it says none or one of more than 18 digits."""
    bare = text.strip().replace("_", "")
    bare = bare.replace(",", "") if _GROUPED.fullmatch(bare) else bare
    found = _NUMBER.fullmatch(bare)
    if not found or found[2].lower() not in _POWERS:
        return None
    try:
        number = Decimal(found[1]).scaleb(_POWERS[found[2].lower()])
    except InvalidOperation:
        return None
    if number and not -_MOST_DIGITS <= number.adjusted() < _MOST_DIGITS:
        return None
    return int(number) if number == number.to_integral_value() else None


class Days(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """Days as people write them: 0,30,364, from 0 to 90 as 0-90, every seventh as 0-364/7."""

    name = "days"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        """The days in order, each once. Fails with a sentence if ``value`` says none."""
        if isinstance(value, tuple):
            return value
        found: set[int] = set()
        for part in str(value).split(","):
            read = _SPAN.fullmatch(part.strip())
            first = int(read[1]) if read else 0
            last, step = (int(read[2] or first), int(read[3] or 1)) if read else (0, 0)
            if step < 1 or last < first or last > LAST_DAY:
                self.fail(f"expected days such as 0,30,364 or 0-364/7, got {value!r}", param, ctx)
            found.update(range(first, last + 1, step))
        return tuple(sorted(found))


class Part(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """One of several parts: 3/8 is the third of eight."""

    name = "part"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Its number and how many there are. Fails with a sentence if ``value`` is no such thing."""
        if isinstance(value, tuple):
            return value
        found = _PART.fullmatch(str(value).strip())
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            self.fail(f"expected a part such as 3/8, got {value!r}", param, ctx)
        return int(found[1]), int(found[2])


@dataclass(frozen=True)
class Asked:
    """What the shared options say; None where nothing was said."""

    people: int | None = None
    days: int | None = None
    seed: int | None = None
    threads: int | None = None
    out: Path = RUNS
    settings: tuple[str, ...] = ()
    as_json: bool = False
    digest: bool = False
    quiet: bool = False
    keep_people: bool = False
    keep_people_on: tuple[int, ...] = ()
    reports: bool = True

    def overrides(self) -> tuple[Override, ...]:
        """Short options and --set, each under the name by which an error calls it."""
        from glasstown.scenario.overrides import given, parse_all

        short = {"town.people": self.people, "run.days": self.days, "run.seed": self.seed}
        chosen = [
            given(key, value, f"--{key.partition('.')[2]}", str(value))
            for key, value in short.items()
            if value is not None
        ]
        return (*chosen, *parse_all(self.settings))


PEOPLE = click.option(
    "--people", "-p", type=Whole(), metavar="N", help="People in the town: 20000, 100k, 1e6."
)
DAYS = click.option("--days", "-d", type=Whole(), metavar="N", help="Days to live.")
SEED = click.option(
    "--seed", "-s", type=Whole(), metavar="N", help="Which draws: the same seed, the same town."
)
THREADS = click.option(
    "--threads", "-t", type=click.IntRange(1, 1024), metavar="N",
    help="Threads to work on; all cores by default. Never changes a result.",
)  # fmt: skip
OUT = click.option(
    "--out", "-o", type=click.Path(path_type=Path, file_okay=False), default=RUNS, show_default=True,
    metavar="FOLDER", help="Where the folder with the results goes.",
)  # fmt: skip
SET = click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE",
    help="Set one value of the scenario, such as score.company=0. May be repeated.",
)  # fmt: skip
CLUSTER = click.option(
    "--cluster", metavar="ADDRESS", help="Workers of a running Dask cluster, by its scheduler."
)
WORKERS = click.option(
    "--workers", "-w", type=click.IntRange(1, 1024), metavar="N", help="Workers; all cores by default."
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print the facts as one JSON document.")
DIGEST = click.option("--digest", is_flag=True, help="Print only the SHA-256 of the final state.")
QUIET = click.option("--quiet", "-q", is_flag=True, help="Show no progress.")
KEEP = click.option("--keep-people", is_flag=True, help="Also keep everybody's last state.")
KEEP_ON = click.option(
    "--keep-people-on", type=Days(), metavar="DAYS", default=(),
    help="Also keep everybody's state on these days, from 0: 0,30,364 or 0-364/7.",
)  # fmt: skip
REPORTS = click.option(
    "--report/--no-report", "reports", default=True, help="Write the HTML reports, or not."
)


def sharing(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Gives a command these options, in this order in its help."""

    def give(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return give


working = sharing(PEOPLE, DAYS, SEED, THREADS, OUT, SET, KEEP, KEEP_ON, REPORTS, JSON, DIGEST, QUIET)
"""The options of whatever lives a town."""


def asked(options: dict[str, Any]) -> Asked:
    """What was asked for. Raises click.UsageError for options that exclude each other."""
    if options.get("as_json") and options.get("digest"):
        raise click.UsageError("--json and --digest exclude each other.")
    return Asked(**options)
