"""Numbers of the whole town: known answers in towns made by hand; rows that tables of totals end with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glasstown.measures import cells, whole
from glasstown.measures.diary import MONTHS
from glasstown.measures.series import reported
from glasstown.measures.whole import NUMBERS, Evening, joined, numbers

Arrays = Mapping[str, NDArray[Any]]


def evening(
    owned: Arrays, given: Arrays | None = None, since: list[int] | None = None, spells: Any = (), day: int = 0
) -> Evening:
    """A town made by hand."""
    completed = np.zeros(MONTHS, np.int64)
    completed[: len(spells)] = spells
    return Evening(day, owned, given or {}, np.array(since or [], np.uint16), completed)


def test_gini_and_moves_of_four_people() -> None:
    """One earns all of four: 1 - 1/4. Who swaps places has moved; who earns twice as much has not."""
    earnings = np.array([0, 0, 0, 7], np.uint16)
    found = numbers(evening({"earnings": earnings}))
    assert found == {"earnings_gini": 750_000}, "where nobody's income at the start is known, no move is"
    income = np.arange(1, 6, dtype=np.uint16)
    twice, swapped = 2 * income, income[[1, 0, 2, 3, 4]]
    assert numbers(evening({"earnings": twice}, {"income": income}))["moved_fifth"] == 0
    assert numbers(evening({"earnings": swapped}, {"income": income}))["moved_fifth"] == 400_000


def test_what_nobody_owns_gives_no_number() -> None:
    assert numbers(evening({})) == {}


def test_no_number_hangs_on_rows_or_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    owned = {"earnings": rng.integers(0, 20_000, 4_001).astype(np.uint16)}
    given = {"income": rng.integers(0, 20_000, 4_001).astype(np.uint16)}
    found = numbers(evening(owned, given))
    assert found.keys() == NUMBERS.keys()
    monkeypatch.setattr(cells, "SPAN", 97)
    assert numbers(evening(owned, given)) == found
    other = rng.permutation(4_001)
    mixed = ({name: column[other] for name, column in each.items()} for each in (owned, given))
    assert numbers(evening(*mixed)) == found


def test_rows_of_the_town_end_the_totals() -> None:
    totals = {
        "measure": np.array(["closed"]), "by": np.array(["all"]), "level": np.zeros(1, np.int16),
        "district": np.zeros(1, np.int16), "value": np.array([5]), "people": np.array([10]),
        "days": np.array([30], np.int32),
    }  # fmt: skip
    found = joined(totals, {"earnings_gini": -412_345}, {"flags_right": 2**40}, 30)
    assert {name: column.dtype for name, column in found.items()} | {"measure": None, "by": None} == {
        name: column.dtype for name, column in totals.items()
    } | {"measure": None, "by": None}
    rows = list(zip(*(column.tolist() for column in found.values()), strict=True))
    assert rows[0] == ("closed", "all", 0, 0, 5, 10, 30)
    assert rows[1] == ("earnings_gini", whole.TOWN, 0, 0, -412_345, 1_000_000, 1)
    assert rows[2] == ("flags_right", whole.TOWN, 0, 0, 2**40, 1, 30)
    assert reported("earnings_gini", -412_345, 1_000_000, 1) == -0.412345
