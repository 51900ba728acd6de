"""Numbers of the whole town: known answers in towns made by hand; rows that tables of totals end with."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glasstown.measures import cells, whole
from glasstown.measures.diary import MONTHS
from glasstown.measures.evening import Evening
from glasstown.measures.series import reported
from glasstown.measures.whole import NEEDS, joined, numbers
from glasstown.mechanisms.score import Score

Arrays = Mapping[str, NDArray[Any]]


def evening(owned: Arrays, given: Arrays | None = None) -> Evening:
    """A town made by hand, with no institutions and nobody ever shut out."""
    people = len(next(iter(owned.values()), ()))
    return Evening(0, owned, given or {}, {}, np.zeros(people, np.uint16), np.zeros(MONTHS, np.int64))


def test_gini_and_moves_of_four_people() -> None:
    """One earns all of four: 1 - 1/4. Who swaps places has moved; who earns twice as much has not."""
    earnings = np.array([0, 0, 0, 7], np.uint16)
    found = numbers(evening({"earnings": earnings}))
    assert found == {"earnings_gini": 750_000}, "where nobody's income at the start is known, no move is"
    income = np.arange(1, 6, dtype=np.uint16)
    twice, swapped = 2 * income, income[[1, 0, 2, 3, 4]]
    assert numbers(evening({"earnings": twice}, {"income": income}))["moved_fifth"] == 0
    assert numbers(evening({"earnings": swapped}, {"income": income}))["moved_fifth"] == 400_000


def test_who_is_wronged_by_several() -> None:
    """Of four people one is wronged by nobody, one by one scorer, one by two and one by all eight."""
    hit = np.array([0, 0b1000, 0b101, 0xFF], np.uint8)
    assert numbers(evening({"wrongly_hit_by": hit})) == {"wronged_by_several": 500_000}


def test_what_nobody_owns_gives_no_number() -> None:
    assert numbers(evening({})) == {}


def test_no_number_hangs_on_rows_or_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every number: of as many people as there are ids, in any order, by spans of any length."""
    rng = np.random.default_rng(3)
    people = 4_001
    made = {
        "earnings": rng.integers(0, 20_000, people), "income": rng.integers(0, 20_000, people),
        "score": rng.integers(350 * 64, 950 * 64, people), "merit": rng.integers(350 * 64, 950 * 64, people),
        "wrong_points": rng.integers(0, 6_400, people), "company": rng.integers(1, 60_800, people),
        "private_dissent": rng.integers(0, 65_536, people), "rights": rng.integers(0, 128, people),
    }  # fmt: skip
    small = {
        "age": rng.integers(0, 90, people), "stratum": rng.integers(0, 80, people),
        "barred": rng.integers(0, 3, people),
        "activity": rng.integers(0, 4, people), "boldness": rng.integers(0, 256, people),
        "wrongly_hit_by": rng.integers(0, 256, people),
    }  # fmt: skip
    columns = {n: c.astype(np.uint16) for n, c in made.items()}
    columns |= {n: c.astype(np.uint8) for n, c in small.items()}
    homes = rng.integers(0, 1_500, people)
    since, spells = rng.integers(0, 400, people).astype(np.uint16), rng.integers(1, 99, MONTHS)

    def found(order: NDArray[Any]) -> dict[str, int]:
        moved = {name: column[order] for name, column in columns.items()}
        _, moved["household"] = np.unique(homes[order], return_inverse=True)
        moved["household"] = (moved["household"] + 1).astype(np.uint32)
        return numbers(Evening(399, moved, moved, {"score": Score(company=0.1)}, since[order], spells))

    whole_ = found(np.arange(people))
    assert whole_.keys() == NEEDS.keys()
    monkeypatch.setattr(cells, "SPAN", 97)
    assert found(np.arange(people)) == whole_
    assert found(rng.permutation(people)) == whole_


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
