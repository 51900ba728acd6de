"""A study on the disk: what was drawn, read and run, and the verdicts; written anew at each stage.

study.json          what was asked, with every arm's scenario
design.parquet      what was drawn
readings.parquet    what each expression came to in each run
runs.parquet        every run: its name by content, the hash of its table, the digest of its last state
verdicts.json       the verdicts
answer.json         the price of safety, the frontier of safeguards, bands, facts
tasks/              every run that was lived (``lab.shelf``)
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from math import isnan, nan
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.errors import Damaged
from glasstown.lab import asked as questions
from glasstown.lab import verdict
from glasstown.lab.design import Design
from glasstown.lab.frontier import Package, Spread
from glasstown.lab.holding import factors_of
from glasstown.lab.price import Price, Share
from glasstown.lab.readings import Readings
from glasstown.lab.study import Facts, Study
from glasstown.lab.swept import design_table
from glasstown.lab.verification.bands import Placed, bands
from glasstown.scenario.model import Scenario
from glasstown.store.query import read_table
from glasstown.store.sealed import read_sealed, write_sealed
from glasstown.store.tables import Labels, Note, Table
from glasstown.store.write import write_table

ANSWER: Final = "answer.json"
READINGS: Final = "readings.parquet"
RUNS: Final = "runs.parquet"
DESIGN: Final = "design.parquet"
TABLES: Final = (DESIGN, READINGS, RUNS)
WHAT: Final = "answer"
FORMAT: Final = 2

Run = tuple[int, int, str, str, str]
"""Draw, replicate, arm; name of the run, and SHA-256 of its file ("" if it could not end)."""


def write(study: Study, runs: Sequence[Run]) -> None:
    """Put down an answer; ``answer.json`` last. Raises StoreError, DiskFull."""
    folder = study.folder
    write_table(folder / DESIGN, design_table(study.design))
    write_readings(folder / READINGS, study.readings)
    write_runs(folder / RUNS, runs)
    verdict.write(folder / verdict.VERDICTS, study.verdicts, _plain(asdict(study.facts)))
    named: dict[str, dict[str, str]] = {}
    for (claim, arm), key in study.arms.items():
        named.setdefault(claim, {})[arm] = key
    body = {
        "arms": named,
        "facts": _plain(asdict(study.facts)),
        "packages": [_plain(asdict(each)) for each in study.packages],
        "price": None if study.price is None else _plain(asdict(study.price)),
        "bands": [
            {"name": each.band.name, "values": list(each.values), "absent": each.absent}
            for each in study.bands
        ],
    }  # fmt: skip
    write_sealed(folder / ANSWER, WHAT, FORMAT, body)


def read(folder: Path) -> Study:
    """The last answer in a folder; without ``twins``. Raises StoreError, Damaged."""
    asked = questions.read(folder)
    told = read_answer(folder)
    found, _ = verdict.read(folder / verdict.VERDICTS)
    scenarios = [each for claim in asked.claims for each in claim.scenarios.values()]
    drawn = read_design(folder / DESIGN, scenarios)
    return Study(folder, asked.claims, told["arms"], drawn, read_readings(folder / READINGS), found,
                 told["facts"], told["packages"], told["price"], told["bands"])  # fmt: skip


def read_design(path: Path, scenarios: Iterable[Scenario]) -> Design:
    """What was drawn, as ``swept.design_table`` wrote it; ``scenarios`` know the parameters.

    Raises StoreError, Damaged.
    """
    stored = read_table(path)
    known = factors_of(scenarios)
    names = tuple(dict.fromkeys(stored["parameter"].astype(str).tolist()))
    missing = [name for name in names if name not in known]
    if missing:
        raise Damaged(f"{path}: {missing[0]} is drawn, which no arm takes")
    shape = (-1, len(names))
    value, low, high, middle, shares = (
        stored[column].reshape(shape) for column in ("value", "low", "high", "middle", "share")
    )
    factors = tuple(
        replace(known[name], low=float(low[0, k]), high=float(high[0, k])).around(
            None if np.isnan(middle[0, k]) else float(middle[0, k])
        )
        for k, name in enumerate(names)
    )
    draws = tuple(
        {each.key: each.valued(float(number)) for each, number in zip(factors, row, strict=True)}
        for row in value
    )
    facts = stored.facts
    return Design(factors, facts["held"], draws, facts["seed"], facts["refused"], facts["held_by_arm"],
                  facts["middles"], shares)  # fmt: skip


def write_readings(path: Path, read: Readings) -> None:
    """One row for each run and expression that was lived. Raises StoreError, DiskFull."""
    arms, told = (tuple(sorted({key[k] for key in read.table})) for k in (0, 1))
    blocks: list[tuple[NDArray[Any], ...]] = []
    for (arm, what), values in sorted(read.table.items()):
        draw, replicate = np.nonzero(read.lived[arm])
        codes = np.full((2, len(draw)), [[arms.index(arm)], [told.index(what)]], np.uint32)
        blocks.append((draw, replicate, codes[0], codes[1], values[draw, replicate]))
    joined = [np.concatenate(each) for each in zip(*blocks, strict=True)] if blocks else [np.zeros(0)] * 5
    columns: dict[str, NDArray[Any] | Labels] = {
        "draw": joined[0].astype(np.int32),
        "replicate": joined[1].astype(np.int32),
        "arm": Labels(joined[2].astype(np.uint32), arms),
        "expression": Labels(joined[3].astype(np.uint32), told),
        "value": joined[4].astype(np.float64),
    }
    notes = {
        "draw": Note("1", "number of the draw, from 0"),
        "replicate": Note("1", "number of the replicate: the same people and chances in every arm"),
        "arm": Note("", "arm, as answer.json names it"),
        "expression": Note("", "what was read: a measure, or two of them"),
        "value": Note("", "what it came to; not a number where it divides by nothing"),
    }
    write_table(path, Table(columns, notes, {"draws": read.draws, "replicates": read.replicates}))


def read_readings(path: Path) -> Readings:
    """What ``write_readings`` wrote. Raises StoreError, Damaged."""
    stored = read_table(path)
    draws, replicates = int(stored.facts["draws"]), int(stored.facts["replicates"])
    draw, replicate, value = (stored[name] for name in ("draw", "replicate", "value"))
    arms, told = stored["arm"].astype(str), stored["expression"].astype(str)
    table: dict[tuple[str, str], NDArray[np.float64]] = {}
    lived: dict[str, NDArray[np.bool_]] = {}
    for arm in np.unique(arms).tolist():
        lived[arm] = np.zeros((draws, replicates), np.bool_)
        mine = arms == arm
        for what in np.unique(told[mine]).tolist():
            here = mine & (told == what)
            values = np.full((draws, replicates), np.nan)
            values[draw[here], replicate[here]] = value[here]
            lived[arm][draw[here], replicate[here]] = True
            table[arm, what] = values
    return Readings(draws, replicates, table, lived)


def write_runs(path: Path, runs: Sequence[Run]) -> None:
    """The ledger of runs. Raises StoreError, DiskFull."""
    columns: dict[str, NDArray[Any] | Labels] = {
        "draw": np.array([each[0] for each in runs], np.int32),
        "replicate": np.array([each[1] for each in runs], np.int32),
        "arm": Labels.of([each[2] for each in runs]),
        "name": Labels.of([each[3] for each in runs]),
        "sha256": Labels.of([each[4] for each in runs]),
    }
    notes = {
        "draw": Note("1", "number of the draw, from 0"),
        "replicate": Note("1", "number of the replicate"),
        "arm": Note("", "arm, as answer.json names it"),
        "name": Note("", "SHA-256 of all that decides the run"),
        "sha256": Note("", "SHA-256 of the file of what it came to; empty if it could not end"),
    }
    write_table(path, Table(columns, notes))


def read_runs(path: Path) -> list[Run]:
    """What ``write_runs`` wrote. Raises StoreError, Damaged."""
    stored = read_table(path)
    return list(
        zip(
            stored["draw"].tolist(), stored["replicate"].tolist(),
            *(stored[name].astype(str).tolist() for name in ("arm", "name", "sha256")), strict=True,
        )
    )  # fmt: skip


def read_answer(folder: Path) -> dict[str, Any]:
    """arms, facts, packages, price and bands, as they were given. Raises StoreError, Damaged."""
    body = read_sealed(folder / ANSWER, WHAT, FORMAT)
    try:
        facts = {**body["facts"], "replicates": tuple(body["facts"]["replicates"])}
        return {
            "arms": {(claim, arm): key for claim, each in body["arms"].items() for arm, key in each.items()},
            "facts": Facts(**facts),
            "packages": tuple(_package(each) for each in body["packages"]),
            "price": None if body["price"] is None else _price(body["price"]),
            "bands": tuple(_placed(each) for each in body["bands"]),
        }
    except (KeyError, TypeError, ValueError) as error:
        raise Damaged(f"{folder / ANSWER}: cannot be read ({error})") from error


def _plain(value: Any) -> Any:
    """Plain types with nine significant digits, None for what is not a number."""
    if isinstance(value, float):
        return None if isnan(value) else float(f"{value:.{verdict.DIGITS}g}") + 0.0
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _spread(told: Mapping[str, float | None]) -> Spread:
    values = {name: nan if value is None else float(value) for name, value in told.items()}
    return Spread(**values)


def _placed(told: Mapping[str, Any]) -> Placed:
    known = {each.name: each for each in bands()}
    return Placed(known[told["name"]], tuple(told["values"]), told["absent"])


def _package(told: Mapping[str, Any]) -> Package:
    spreads = {name: _spread(told[name]) for name in ("averted", "averted_share", "lost")}
    others = {name: _spread(each) for name, each in told["others"].items()}
    rest = {"safeguards": tuple(told["safeguards"]), "others": others}
    return Package(**{**told, **spreads, **rest})


def _price(told: Mapping[str, Any]) -> Price:
    shares = tuple(
        Share(
            each["by"], each["level"], _spread(each["prevented"]),
            {name: _spread(cost) for name, cost in each["costs"].items()},
        )
        for each in told["shares"]
    )  # fmt: skip
    each = {name: _spread(cost) for name, cost in told["each"].items()}
    rest = {name: _spread(told[name]) for name in ("prevented", "burden")}
    return Price(**{**told, "each": each, "shares": shares, **rest})
