"""Shares of the score's variance: known answers in towns made by hand, a plain twin, and faults it finds."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from glasstown.core.columns import POINT
from glasstown.measures.contest import NAMES, contest
from glasstown.measures.diary import MONTHS
from glasstown.measures.evening import Evening
from glasstown.mechanisms.score import NO_NOISE, Score

PARTS = tuple(name.removeprefix("score_by_") for name in NAMES)
START = 600

Points = NDArray[Any] | list[int]


def evening(people: int, given: Mapping[str, Any], company: float, owned: dict[str, Any]) -> Evening:
    """A town made by hand; points are whole ones, everybody an adult unless an age is given."""
    columns = {"stratum": 12, "age": 40} | dict(given)
    kinds = {"stratum": np.uint8, "age": np.uint8, "boldness": np.uint8, "alive": np.uint8}
    made = {n: np.full(people, v, kinds.get(n, np.uint16)) for n, v in columns.items()}
    score = Score(start=START, company=company)
    return Evening(0, owned, made, {"score": score}, np.zeros(people, np.uint16), np.zeros(MONTHS, np.int64))


def scored(
    own: Points, wrong: Points | int = 0, theirs: Points | None = None, company: float = 0.0, **given: Any
) -> Evening:
    """People with points of their own, points lost wrongly, and friends of a mean score."""
    people = len(own)
    spread = [np.broadcast_to(np.asarray(each), people) for each in (own, wrong)]
    merit = ((START + spread[0] - spread[1]) * POINT).astype(np.uint16)
    columns = {"merit": merit, "wrong_points": (spread[1] * POINT).astype(np.uint16), "score": merit.copy()}
    if theirs is not None:
        other = (np.broadcast_to(np.asarray(theirs), people) * POINT).astype(np.uint16)
        weight = round(company * 65536)
        mixed = (merit.astype(np.int64) * (65536 - weight) + other.astype(np.int64) * weight + 32768) >> 16
        columns |= {"company": other, "score": mixed.astype(np.uint16)}
    return evening(people, given, company, columns)


def shares(of: Evening) -> dict[str, float]:
    return {name.removeprefix("score_by_"): share for name, share in contest(of).items()}


def alone(part: str) -> dict[str, float]:
    return {each: float(each == part) for each in PARTS}


MOVES = [0, 60, -40, 10]


@pytest.mark.parametrize(
    ("part", "town"),
    [
        ("conduct", scored(MOVES)),
        ("error", scored([0] * 4, [0, 60, 40, 10])),
        ("error", scored([0] * 4, [0, 60, 40, 10], theirs=START, company=0.25)),
        ("friends", scored([0] * 4, theirs=[500, 600, 700, 900], company=0.25)),
        ("birth", scored([0, 60, -40, 10, 0, 60, -40, 10], stratum=[0, 1, 2, 44, 5, 11, 7, 49])),
        ("opinion", scored(MOVES, private_dissent=[1, 9_000, 20_000, 60_000])),
        ("opinion", scored(MOVES, boldness=[1, 90, 200, 250])),
    ],
)
def test_where_one_thing_alone_makes_differences(part: str, town: Evening) -> None:
    assert shares(town) == pytest.approx(alone(part), abs=1e-12)


def test_two_things_that_do_not_hang_together_share_by_their_variances() -> None:
    """Own points of 0 or 30, wrong ones of 0 or 60, each with each: variances 225 and 900."""
    found = shares(scored([0, 30, 0, 30], [0, 0, 60, 60]))
    assert found == pytest.approx({**alone(""), "conduct": 0.2, "error": 0.8})


def test_what_evens_out_differences_has_a_negative_share() -> None:
    """Whoever gained 40 lost 20 wrongly: own points vary twice as much as the score, errors against it."""
    found = shares(scored([0, 40], [0, 20]))
    assert found == pytest.approx({**alone(""), "conduct": 2.0, "error": -1.0})


def test_the_scorers_noise_is_an_error() -> None:
    town = scored(MOVES)
    town.owned["noised"] = (NO_NOISE + np.array(MOVES) * POINT).astype(np.uint16)  # type: ignore[index]
    assert shares(town) == pytest.approx(alone("error"))


def test_minors_and_the_dead_are_no_part_of_it() -> None:
    town = scored([0, 60, 999 - START, 50], [0, 0, 0, 300], age=[18, 90, 17, 50])
    town.owned["alive"] = np.array([1, 1, 1, 0], np.uint8)  # type: ignore[index]
    assert shares(town) == pytest.approx(alone("conduct"))


def test_no_score_or_no_difference_has_no_shares() -> None:
    town = scored([5, 5, 5])
    assert contest(town) == {}
    assert contest(Evening(0, town.owned, town.given, {}, town.shut_since, town.spells)) == {}


def random_town(people: int = 4_000, company: float = 0.3) -> Evening:
    rng = np.random.default_rng(5)
    group, fifth = rng.integers(0, 2, people), rng.integers(0, 5, people)
    dissent, bold = rng.integers(0, 65_536, people), rng.integers(0, 256, people)
    own = -20 * group + 6 * fifth - dissent * bold // 150_000 + rng.integers(-40, 40, people)
    theirs = np.where(rng.random(people) < 0.2, 0, 560 + 8 * fifth + rng.integers(0, 60, people))
    given = {"stratum": group * 40 + rng.integers(0, 8, people) * 5 + fifth, "boldness": bold}
    town = scored(own, rng.integers(0, 30, people), theirs, company, private_dissent=dissent, **given)
    loners = theirs == 0
    town.owned["score"][loners] = town.owned["merit"][loners]
    return town


def plain(
    town: Evening, weight: float, blames_the_wronged: bool = False, forgets_loners: bool = False
) -> Any:
    """The same in floating point, each part a column; with a fault or two, if asked for."""
    o, g = town.owned, town.given
    score, wrong, theirs = (o[n].astype(float) for n in ("score", "wrong_points", "company"))
    met = np.where((theirs > 0) | forgets_loners, weight, 0.0)
    friends, error = met * (theirs - START * POINT), -(1 - met) * wrong * (not blames_the_wronged)
    own = score - START * POINT - friends - error
    birth = means(own, g["stratum"] // 40 * 5 + g["stratum"] % 5)
    tenth = [np.argsort(np.argsort(g[n], kind="stable")) for n in ("private_dissent", "boldness")]
    tenth = [np.array([np.median(r[g[n] == v]) for v in g[n]]) * 10 // len(r)
             for n, r in zip(("private_dissent", "boldness"), tenth, strict=True)]  # fmt: skip
    opinion = means(own - birth, (tenth[0] * 10 + tenth[1]).astype(int))
    parts = {"conduct": own - birth - opinion, "opinion": opinion, "birth": birth, "friends": friends,
             "error": error}  # fmt: skip
    return {n: float(np.cov(x, score, bias=True)[0, 1] / score.var()) for n, x in parts.items()}


def means(values: NDArray[Any], cell: NDArray[Any]) -> NDArray[Any]:
    _, at = np.unique(cell, return_inverse=True)
    found: NDArray[Any] = (np.bincount(at, values) / np.bincount(at))[at]
    return found


def test_a_plain_twin_agrees_and_faults_are_caught() -> None:
    town = random_town()
    found = shares(town)
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-12)
    assert min(found.values()) > 0.005, "each part is put to the test"
    assert found == pytest.approx(plain(town, 0.3), abs=5e-4)
    for fault in ({"blames_the_wronged": True}, {"forgets_loners": True}):
        assert found != pytest.approx(plain(town, 0.3, **fault), abs=2e-3)
    assert found != pytest.approx(plain(town, 0.25), abs=2e-3)
