"""Outcomes to run folders and back. A folder is finished when its manifest stands; then it stays as it is."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glasstown.core import vocabulary
from glasstown.errors import Damaged
from glasstown.lab.catalog import CATALOG, unpack
from glasstown.lab.compare import Pair, pair
from glasstown.lab.given import plans
from glasstown.lab.keeping import Filed
from glasstown.lab.ledger import cited, ledger
from glasstown.lab.outcome import Columns, Outcome
from glasstown.lab.town import how_many, tables_of
from glasstown.release import EPOCH, RELEASE
from glasstown.scenario.model import Scenario
from glasstown.scenario.validate import Catalog
from glasstown.store import layout
from glasstown.store.arrays import checkpoints, load_arrays, save_arrays
from glasstown.store.atomic import write_text
from glasstown.store.manifest import Manifest, finish, read_manifest, versions
from glasstown.store.query import read_table
from glasstown.store.tables import Labels, Note, Table
from glasstown.store.verify import verify
from glasstown.store.write import write_table

TOTALS = "totals.parquet"

TEXT = frozenset({"measure", "by"})


def _content(scenarios: tuple[Scenario, ...], beside: Path | None) -> dict[str, object]:
    tables = tables_of(scenarios[0], beside)
    return {"scenarios": [scenario.digest for scenario in scenarios], "tables": tables, "epoch": EPOCH}


def identity(*scenarios: Scenario, beside: Path | None = None) -> str:
    """What decides the bytes of a run or comparison: resolved scenarios, a user's tables, model epoch."""
    return layout.identity(_content(scenarios, beside))


def folder_for(root: Path, *scenarios: Scenario, beside: Path | None = None) -> Path:
    """The folder of a run or comparison below ``root``: the same for the same content."""
    name = "-".join(dict.fromkeys(scenario.name for scenario in scenarios))
    first = scenarios[0]
    people = how_many(first, beside)
    return root / layout.folder_name(name, first.run.seed, people, _content(scenarios, beside))


def arm_names(arms: tuple[Scenario, Scenario]) -> tuple[str, str]:
    """The names of both arms' folders: of their scenarios, numbered if they are the same."""
    one, other = (layout.plain_name(arm.name) for arm in arms)
    return (one, other) if one != other else (f"{one}-1", f"{other}-2")


def finished(folder: Path) -> bool:
    """Whether a finished run or comparison stands in ``folder``."""
    return (folder / layout.MANIFEST).is_file()


@dataclass(frozen=True)
class FolderKeeper:
    """Checkpoints of an unfinished run, in ``folder``."""

    folder: Path

    def load(self) -> tuple[Mapping[str, NDArray[Any]], Mapping[str, Any]] | None:
        """The last checkpoint, None if there is none yet. Raises Damaged."""
        if not checkpoints(self.folder):
            return None
        found = load_arrays(self.folder)
        return found.arrays, found.facts

    def save(self, arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> None:
        """Keep one more; the one before goes when this one is safe. Raises DiskFull."""
        save_arrays(self.folder, "run", arrays, facts)


def notes(scenario: Scenario) -> dict[str, Note]:
    """Unit and meaning of every column that a table of a run may hold."""
    known = {column.name: column for column in vocabulary.columns()}
    for plan in plans(scenario):
        known |= plan.columns
    return {name: Note(column.unit, column.meaning) for name, column in known.items()} | {
        "person": Note("1", "permanent id of a person"),
        "day": Note("day", "day of the run, from 0"),
        "measure": Note("", "name of the measure"),
        "by": Note("", "breakdown: all, group, age, fifth, district; town for its tallies and numbers"),
        "level": Note("1", "level of the breakdown, from 0"),
        "value": Note("", "integer sum or count, in the measure's raw unit"),
        "people": Note("people", "people in that part of the town"),
        "days": Note("day", "days (flows) or samples (stocks) that value covers"),
    }


def save(folder: Path, outcome: Outcome, keep_people: bool = False, beside: Path | None = None) -> Manifest:
    """Write everything of a finished run; the manifest last. Raises DiskFull, StoreError."""
    scenario = outcome.scenario
    write_text(folder / layout.SCENARIO, scenario.toml())
    write_text(folder / layout.SUMMARY, json.dumps(outcome.summary, indent=1, sort_keys=True) + "\n")
    tables: dict[str, Columns] = {
        layout.SERIES: outcome.course,
        TOTALS: outcome.totals,
        layout.LIVES: outcome.lives,
    }
    if keep_people:
        tables[layout.PEOPLE] = {"person": np.arange(outcome.people, dtype=np.uint32)} | dict(outcome.final)
    for name, columns in tables.items():
        write_table(folder / name, _table(columns, notes(scenario)))
    manifest = Manifest(
        kind="run", name=scenario.name, identity=identity(scenario, beside=beside), release=RELEASE,
        epoch=EPOCH, seed=scenario.run.seed, replicate=scenario.run.replicate, people=outcome.people,
        days=outcome.days, scenario=ledger(scenario), sources=cited(scenario), state=outcome.digest,
        versions=versions(), facts={"packed": scenario.packed(), "tables": tables_of(scenario, beside)},
    )  # fmt: skip
    states = [layout.people_on(day) for day in Filed(folder)]
    return finish(folder, manifest, [layout.SCENARIO, layout.SUMMARY, *tables, *states])


def load(folder: Path, catalog: Catalog = CATALOG) -> Outcome:
    """A finished run read back, every byte verified; its last state only if people were kept.

    Raises StoreError; Damaged, naming the file.
    """
    manifest = read_manifest(folder)
    found = verify(folder)
    if not found.intact:
        raise Damaged(f"{folder}: " + "; ".join(found.sentences()))
    scenario = unpack(manifest.facts.get("packed"), str(folder / layout.MANIFEST), catalog)
    tables = [read_table(folder / name).arrays() for name in (layout.SERIES, TOTALS, layout.LIVES)]
    final = read_table(folder / layout.PEOPLE).arrays() if layout.PEOPLE in manifest.files else {}
    summary = json.loads((folder / layout.SUMMARY).read_text(encoding="utf-8"))
    return Outcome(
        scenario,
        manifest.people,
        manifest.days,
        tables[0],
        tables[1],
        tables[2],
        summary,
        manifest.state,
        final,
        people_on=Filed(folder),
    )


def save_pair(folder: Path, names: tuple[str, str], both: Pair, beside: Path | None = None) -> Manifest:
    """Write what differs between the arms, which stand finished in ``folder``; the manifest last."""
    rows = [asdict(each) for each in both.differences]
    columns = {
        n: Labels.of([r[n] for r in rows]) if n in TEXT else np.array([_number(r[n]) for r in rows])
        for n in rows[0]
    }
    write_table(folder / layout.DIFFERENCES, Table({n.rstrip("_"): c for n, c in columns.items()}))
    body = {"arms": list(names), "differences": rows}
    write_text(folder / layout.COMPARISON, json.dumps(body, indent=1, sort_keys=True) + "\n")
    scenarios = (both.without.scenario, both.with_.scenario)
    manifest = Manifest(
        kind="comparison", name=" - ".join(names), identity=identity(*scenarios, beside=beside),
        release=RELEASE, epoch=EPOCH, seed=scenarios[0].run.seed, replicate=scenarios[0].run.replicate,
        people=both.without.people, days=both.without.days, scenario=ledger(scenarios[1]),
        sources=cited(scenarios[0]) | cited(scenarios[1]), versions=versions(), arms=names,
    )  # fmt: skip
    return finish(folder, manifest, [layout.DIFFERENCES, layout.COMPARISON])


def _number(value: float | None) -> float | int:
    return float("nan") if value is None else value


def load_any(folder: Path, catalog: Catalog = CATALOG) -> Outcome | Pair:
    """A finished run or comparison read back. Raises StoreError, Damaged."""
    manifest = read_manifest(folder)
    if manifest.kind == "run":
        return load(folder, catalog)
    one, other = (load(layout.arm_folder(folder, name), catalog) for name in manifest.arms)
    return pair(one, other)


def _table(columns: Columns, known: dict[str, Note]) -> Table:
    stored = {n: Labels.of(a) if n in TEXT else np.ascontiguousarray(a) for n, a in columns.items()}
    return Table(stored, {n: known[n] for n in stored if n in known})
