"""Studies as tidy tables: one row for each number read, and one row for each verdict."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from glasstown.lab.claim import Claim
from glasstown.lab.claim_check import Checked
from glasstown.lab.claim_measure import Expression
from glasstown.lab.readings import Readings
from glasstown.lab.verdict import Verdict
from glasstown.store.tables import Labels, Note, Table

__all__ = ["expressions", "readings_table", "verdicts_table"]

NOTES: Final[Mapping[str, Note]] = {
    "draw": Note("1", "number of the draw, from 0"),
    "replicate": Note("1", "number of the replicate: the same people and chances in every arm"),
    "claim": Note("", "id of the claim"),
    "arm": Note("", "name of the arm in the claim"),
    "expression": Note("", "what was read: a measure, or two of them"),
    "unit": Note("", "what the value is in"),
    "value": Note("", "what it came to; not a number where it divides by nothing"),
}

VERDICT: Final[Mapping[str, Note]] = {
    "claim": Note("", "id of the claim"),
    "word": Note("", "holds, mostly, depends, seldom, never, undecided or unmeasured"),
    "firm": Note("", "whether the word is the same at both ends of the intervals"),
    "draws": Note("1", "draws that were judged"),
    "failed": Note("1", "draws that were not, since some run could not end"),
    "undefined": Note("1", "judged draws in which some condition divides by nothing"),
    "people": Note("people", "size of each town"),
    "days": Note("day", "length of each run"),
    "holds": Note("1", "share of judged draws in which the claim holds"),
    "holds_low": Note("1", "its interval, which holds for all claims at once: low end"),
    "holds_high": Note("1", "high end"),
    "fails": Note("1", "share in which it fails"),
    "fails_low": Note("1", "its interval: low end"),
    "fails_high": Note("1", "high end"),
    "undecided": Note("1", "share in which chance leaves it open"),
    "undecided_low": Note("1", "its interval: low end"),
    "undecided_high": Note("1", "high end"),
    "measure": Note("", "what the first condition looks at"),
    "unit": Note("", "what it is in"),
    "direction": Note("", "how the second arm must stand to the first: more, less or same"),
    "matters": Note("", "smallest difference that matters, in the unit or as a share"),
    "relative": Note("", "whether that is a share of the first arm"),
    "first": Note("", "first arm: median over draws"),
    "second": Note("", "second arm: median over draws"),
    "effect": Note("", "second minus first: median over draws"),
    "effect_low": Note("", "second minus first: 5 % quantile over draws"),
    "effect_high": Note("", "second minus first: 95 % quantile over draws"),
    "effect_error": Note("", "median over draws of its standard error within one draw"),
    "hinge": Note("", "parameter at which the verdict turns most clearly"),
    "hinge_unit": Note("", "its unit"),
    "hinge_at": Note("", "value at which it turns"),
    "hinge_low": Note("", "interval of that value (95 %): low end"),
    "hinge_high": Note("", "high end"),
    "hinge_names": Note("", "of a choice or switch: values with which the claim holds more often"),
}
"""The columns of the table of verdicts, in their order."""

KINDS: Final[Mapping[str, type[np.generic]]] = {
    **dict.fromkeys(("draw", "replicate"), np.int32),
    **dict.fromkeys(("draws", "failed", "undefined", "people", "days"), np.int64),
    **dict.fromkeys(("firm", "relative"), np.bool_),
    **dict.fromkeys(("value", "matters", "first", "second"), np.float64),
    **{
        f"{name}{end}": np.float64
        for name in ("holds", "fails", "undecided", "effect")
        for end in ("", "_low", "_high")
    },
    **dict.fromkeys(("effect_error", "hinge_at", "hinge_low", "hinge_high"), np.float64),
}
"""The columns that are no texts."""


def expressions(claim: Claim) -> tuple[Expression, ...]:
    """What decides a claim and what is shown beside it, each once."""
    return tuple(dict.fromkeys([*(each.measure for each in claim.conditions), *claim.shows]))


def readings_table(claims: Sequence[Checked], arms: Mapping[tuple[str, str], str], read: Readings) -> Table:
    """One row for each claim, arm, expression of the claim, draw and replicate that was lived, in that order.

    ``arms`` maps a claim's id and the name of one of its arms to the name by which ``read`` knows it.
    """
    rows: list[tuple[int, int, str, str, str, str, float]] = []
    for found in claims:
        for arm in found.claim.arms:
            key = arms[found.claim.id, arm.name]
            for each in (each for each in expressions(found.claim) if read.has(key, each)):
                draws, replicates = np.nonzero(read.lived[key])
                values = read.of(key, each)[draws, replicates].tolist()
                told = (found.claim.id, arm.name, str(each), each.unit)
                places = zip(draws.tolist(), replicates.tolist(), values, strict=True)
                rows += [(draw, replicate, *told, value) for draw, replicate, value in places]
    return _table({name: [row[k] for row in rows] for k, name in enumerate(NOTES)}, NOTES)


def verdicts_table(verdicts: Sequence[Verdict]) -> Table:
    """One row a claim: its word, the shares with intervals, its first condition, and its clearest hinge.

    Not a number, or an empty text, stands for what a verdict does not have.
    """
    rows = [_row(each) for each in verdicts]
    return _table({name: [row[name] for row in rows] for name in VERDICT}, VERDICT)


def _row(each: Verdict) -> dict[str, Any]:
    plain = ("claim", "word", "firm", "draws", "failed", "undefined", "people", "days")
    row: dict[str, Any] = {name: getattr(each, name) for name in plain}
    for name in ("holds", "fails", "undecided"):
        share = getattr(each, name)
        row |= {name: share.value, f"{name}_low": share.low, f"{name}_high": share.high}
    one = each.conditions[0] if each.conditions else None
    row |= {name: getattr(one, name, None) for name in ("measure", "unit", "direction", "matters")}
    row["relative"] = one is not None and one.relative
    ends = {
        "first": "one", "second": "other", "effect": "median", "effect_low": "low", "effect_high": "high",
        "effect_error": "error",
    }  # fmt: skip
    row |= {name: getattr(one, field, None) for name, field in ends.items()}
    hinge = each.hinges[0] if each.hinges else None
    at = {
        "hinge": "parameter",
        "hinge_unit": "unit",
        "hinge_at": "at",
        "hinge_low": "low",
        "hinge_high": "high",
    }
    row |= {name: getattr(hinge, field, None) for name, field in at.items()}
    row["hinge_names"] = ", ".join(hinge.names) if hinge else ""
    return row


def _table(columns: Mapping[str, Sequence[Any]], notes: Mapping[str, Note]) -> Table:
    """None is an empty text, or not a number."""
    made: dict[str, NDArray[Any] | Labels] = {}
    for name, values in columns.items():
        if name in KINDS:
            made[name] = np.array([np.nan if each is None else each for each in values], KINDS[name])
        else:
            made[name] = Labels.of(["" if each is None else str(each) for each in values])
    return Table(made, dict(notes))
