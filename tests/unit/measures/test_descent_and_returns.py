"""What pupils have from home, and who comes back when: towns made by hand; faults that would be seen."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glasstown.core.vocabulary import Activity
from glasstown.measures.descent import descent
from glasstown.measures.diary import MONTHS
from glasstown.measures.evening import Evening
from glasstown.measures.returns import LATE, SOON, returns

SCHOOL = int(Activity.SCHOOL)
NOBODY = np.zeros(0, np.uint16)


def town(rows: list[tuple[int, int, int, int, int]]) -> Evening:
    """People as household (from 0), age, activity, score in points, years barred."""
    household, age, activity, score, barred = (np.array(column) for column in zip(*rows, strict=True))
    owned = {
        "household": (household + 1).astype(np.uint32), "age": age.astype(np.uint8),
        "activity": activity.astype(np.uint8), "score": (score * 64).astype(np.uint16),
        "barred": barred.astype(np.uint8), "alive": np.ones(len(rows), np.uint8),
    }  # fmt: skip
    return Evening(0, owned, {}, {}, NOBODY, np.zeros(MONTHS, np.int64))


FAMILIES = [
    (0, 40, 0, 500, 0), (0, 38, 0, 540, 0), (0, 10, SCHOOL, 520, 2),  # home: 520
    (1, 41, 0, 600, 0), (1, 12, SCHOOL, 600, 1), (1, 3, 0, 900, 0),  # 600; the infant is no pupil
    (2, 70, 0, 680, 0), (2, 9, SCHOOL, 680, 0), (2, 19, SCHOOL, 680, 0),  # 680; a student of 19 is adult
    (3, 8, SCHOOL, 350, 5),  # lives with no adult: no pupil here
]  # fmt: skip


def test_what_follows_home_exactly() -> None:
    found = descent(town(FAMILIES))
    assert found == pytest.approx(
        {"inherited_score": 1.0, "inherited_schooling": 1.0, "pupils_barred": 2 / 3}
    )


def test_what_does_not_vary_follows_nothing() -> None:
    same = [(h, a, w, 600 if w == SCHOOL and a < 18 else s, 0) for h, a, w, s, _ in FAMILIES]
    assert descent(town(same)) == {"inherited_score": 0.0, "inherited_schooling": 0.0, "pupils_barred": 0.0}
    assert descent(town(FAMILIES[:2])) == {}


def test_correlation_is_numpys() -> None:
    rng = np.random.default_rng(11)
    rows = []
    for home in range(400):
        standing = int(rng.integers(350, 950))
        child = int(np.clip(300 + 0.5 * standing + rng.normal(0, 90), 350, 950))
        rows += [(home, 40, 0, standing, 0), (home, 9, SCHOOL, child, int(rng.random() < 0.4))]
    order = rng.permutation(len(rows))
    found = descent(town([rows[k] for k in order]))
    parents, children, barred = (np.array([row[k] for row in rows]) for k in (3, 3, 4))
    mine = np.corrcoef(parents[::2], children[1::2])[0, 1]
    assert found["inherited_score"] == pytest.approx(mine, abs=1e-9) and 0.4 < mine < 0.8
    assert found["inherited_schooling"] == pytest.approx(np.corrcoef(parents[::2], -barred[1::2])[0, 1])
    others = np.roll(children[1::2], 1)  # the planted fault: each pupil in the next one's home
    assert abs(np.corrcoef(parents[::2], others)[0, 1] - found["inherited_score"]) > 0.3


def lived(hazard: NDArray[Any], people: int, days: int, seed: int) -> tuple[Evening, NDArray[np.int64]]:
    """People who are shut out at some time and come back with a daily chance that hangs on the month."""
    rng = np.random.default_rng(seed)
    began = rng.integers(0, days, people)
    length = np.zeros(people, np.int64)
    out = np.ones(people, bool)
    for day in range(days):
        out &= rng.random(people) >= hazard[min(day // 30, len(hazard) - 1)]
        length += out
    lasts = began + length >= days - 1
    ended = np.bincount(np.minimum((length[~lasts] + 1) // 30, MONTHS - 1), minlength=MONTHS)
    since = np.where(lasts, began + 1, 0).astype(np.uint16)
    return Evening(days - 1, {"rights": since}, {}, {}, since, ended), ended


def test_a_hazard_that_falls_is_found_open_spells_and_all() -> None:
    """Of 40,000 people 20 % come back in each of the first months and 2 % in each after a year."""
    months = np.full(30, 0.1)
    months[SOON], months[LATE] = 0.2, 0.02
    daily = 1 - (1 - months) ** (1 / 30)
    evening, ended = lived(daily, 40_000, 900, 1)
    found = returns(evening)
    soon, late = -np.log(1 - 0.2), -np.log(1 - 0.02)
    assert found["return_soon"] == pytest.approx(soon, rel=0.03)
    assert found["return_late"] == pytest.approx(late, rel=0.1)
    shut = Evening(evening.day, evening.owned, {}, {}, np.zeros(1, np.uint16), ended)
    assert returns(shut)["return_late"] > 1.5 * found["return_late"], "the fault: open spells forgotten"


def test_hazards_by_hand() -> None:
    """Two come back in the first month; one of three is seen last in the second, two after a year."""
    spells = np.zeros(MONTHS, np.int64)
    spells[0] = 2
    since = np.array([0, 400 - 45 + 1, 10, 20], np.uint16)
    found = returns(Evening(399, {"rights": since}, {}, {}, since, spells))
    assert found["return_soon"] == pytest.approx(2 / (2 * 0.5 + 3 + 0.5 + 2 + 2))
    assert found["return_late"] == 0.0
    nobody = returns(Evening(399, {"rights": since}, {}, {}, NOBODY, np.zeros(MONTHS, np.int64)))
    assert nobody == {}, "nobody at risk has no chance"
