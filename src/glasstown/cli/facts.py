"""What came out, as plain values for ``--json``: one document, the same bytes for the same results."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from glasstown.cli.text import shown
from glasstown.release import EPOCH, RELEASE

if TYPE_CHECKING:
    from glasstown.lab.compare import Pair
    from glasstown.lab.outcome import Outcome
    from glasstown.measures.paired import Difference
    from glasstown.scenario.model import Scenario


def written(document: Mapping[str, Any]) -> str:
    """A document as text; NumPy's scalars as what they hold."""
    return json.dumps(
        document, indent=1, ensure_ascii=False, allow_nan=False, default=lambda value: value.item()
    )


def _heading(kind: str, outcome: Outcome, folder: Path) -> dict[str, Any]:
    run = outcome.scenario.run
    return {
        "kind": kind,
        "release": RELEASE,
        "epoch": EPOCH,
        "people": outcome.people,
        "days": outcome.days,
        "seed": run.seed,
        "replicate": run.replicate,
        "folder": shown(folder),
    }


def _arm(outcome: Outcome) -> dict[str, Any]:
    scenario: Scenario = outcome.scenario
    return {
        "name": scenario.name,
        "title": scenario.title,
        "question": scenario.question,
        "mechanisms": list(scenario.mechanisms),
        "scenario_sha256": scenario.digest,
        "state_sha256": outcome.digest,
    }


def of_run(outcome: Outcome, folder: Path) -> dict[str, Any]:
    """A document of kind "run": what was lived, and every measure over each part of the town."""
    from glasstown.measures.paired import differences

    values = [
        {**_where(d), "value": d.without, "people": d.people}
        for d in differences(outcome.totals, outcome.totals)
    ]  # fmt: skip
    return {**_heading("run", outcome, folder), "scenario": _arm(outcome), "measures": values}


def of_pair(both: Pair, folder: Path) -> dict[str, Any]:
    """A document of kind "comparison": every difference with its interval, and the price of an offence."""
    from glasstown.cli.work import report_files
    from glasstown.report.price import prices

    found = [
        {**_where(d), "without": d.without, "with": d.with_, "difference": d.difference, "low": d.low,
         "high": d.high,
         "correlation": d.correlation, "districts": d.clusters, "people": d.people}
        for d in both.differences
    ]  # fmt: skip
    return {
        **_heading("comparison", both.with_, folder),
        "without": _arm(both.without),
        "with": _arm(both.with_),
        "differences": found,
        "price_of_an_offence_prevented": [
            {"measure": p.measure, "value": p.value, "low": p.low, "high": p.high} for p in prices(both)
        ],
        "reports": [shown(path) for path in report_files(folder) if path.is_file()],
    }


def _where(each: Difference) -> dict[str, Any]:
    """Which measure, in which unit, of which part of the town ("A", "65-74", "1")."""
    from glasstown.measures.cells import LEVELS
    from glasstown.measures.definitions import MEASURES

    return {
        "measure": each.measure,
        "unit": MEASURES[each.measure].unit,
        "by": each.by,
        "level": each.level,
        "part": LEVELS[each.by][each.level],
    }
