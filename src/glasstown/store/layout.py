"""Where things are in a run folder and in a comparison folder, and how such folders are named.

A run folder::

    manifest.json      written last: the run is finished, and this is what it is (``manifest``)
    scenario.toml      the scenario as resolved
    series.parquet     measures by day and part of the town
    lives.parquet      the panel of lives, day by day
    people.parquet     everybody at the end (optional)
    people-00030.parquet   everybody at the end of day 30 (optional, any days)
    summary.json       what a reader wants first
    start.json         while unfinished: what was begun (``claim``)
    checkpoint/        while unfinished: from where it goes on (``arrays``)

A comparison folder holds one run folder for each arm, ``comparison.json``, ``differences.parquet``,
``report.en.html``, ``report.fr.html`` and a manifest of its own.
"""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from glasstown.errors import StoreError
from glasstown.store.sealed import digest

__all__ = [
    "CHECKPOINT",
    "COMPARISON",
    "DIFFERENCES",
    "LIVES",
    "MANIFEST",
    "PEOPLE",
    "SCENARIO",
    "SERIES",
    "START",
    "SUMMARY",
    "arm_folder",
    "folder_name",
    "identity",
    "people_on",
    "report_name",
]

MANIFEST: Final = "manifest.json"
SCENARIO: Final = "scenario.toml"
SERIES: Final = "series.parquet"
LIVES: Final = "lives.parquet"
PEOPLE: Final = "people.parquet"
SUMMARY: Final = "summary.json"
START: Final = "start.json"
CHECKPOINT: Final = "checkpoint"
COMPARISON: Final = "comparison.json"
DIFFERENCES: Final = "differences.parquet"

RESERVED: Final = frozenset(
    (MANIFEST, SCENARIO, SERIES, LIVES, PEOPLE, SUMMARY, START, CHECKPOINT, COMPARISON, DIFFERENCES)
)


def people_on(day: int) -> str:
    """The file name of everybody's state at the end of a day, counted from 0."""
    return f"people-{day:05d}.parquet"


def report_name(language: str) -> str:
    """The file name of the report in a language: two small letters. Raises ``StoreError`` otherwise."""
    if not re.fullmatch("[a-z]{2}", language):
        raise StoreError(f"{language!r} is not a language of two small letters")
    return f"report.{language}.html"


def identity(content: Mapping[str, object]) -> str:
    """SHA-256 (64 hexadecimal digits) of everything that decides the results of a run.

    ``content`` is what ``sealed.canonical`` takes: the resolved scenario, seed, replicate, people, days,
    model epoch. Two runs of one identity have the same bytes.
    """
    return digest(content)


def folder_name(name: str, seed: int, people: int, content: Mapping[str, object]) -> str:
    """The name of a run's or comparison's folder, such as ``article-seed1-100000-3fa9c1d2``.

    The same for the same arguments anywhere: no clock, no user, no host. The last part is the beginning
    of ``identity(content)``; should two contents share it, ``claim`` refuses the second.
    """
    return f"{plain_name(name)}-seed{int(seed)}-{int(people)}-{identity(content)[:8]}"


def plain_name(name: str) -> str:
    """``name`` in small ASCII letters, digits and single hyphens, at most 40 characters, never empty."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", ascii_name.lower()).strip("-")[:40].strip("-") or "run"


def arm_folder(folder: Path, arm: str) -> Path:
    """The run folder of ``arm`` in a comparison folder. Raises ``StoreError`` for an impossible name."""
    if arm != plain_name(arm) or arm in RESERVED:
        raise StoreError(f"{arm!r} cannot name an arm: small letters, digits and hyphens, at most 40")
    return folder / arm
