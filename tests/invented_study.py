"""A study that nobody ran: real claims, with verdicts made up so that every word and every shape occurs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from itertools import combinations
from pathlib import Path

import numpy as np

from glasstown.lab.claim import Condition
from glasstown.lab.claim_check import Checked, checked
from glasstown.lab.claim_measure import Expression
from glasstown.lab.design import Design, chosen
from glasstown.lab.frontier import OTHERS, Package, Spread
from glasstown.lab.holding import Kept
from glasstown.lab.price import COSTS, PARTS, Price
from glasstown.lab.price import Share as Bill
from glasstown.lab.readings import Readings
from glasstown.lab.study import Facts, Study
from glasstown.lab.verdict import Effect, Hinge, Influence, Rests, Share, Verdict, Word
from glasstown.lab.verification.bands import Placed
from glasstown.lab.verification.bands import bands as shipped_bands
from glasstown.measures.cells import LEVELS
from invented_pair import usual

NAN = float("nan")
DRAWS = 256
SAFEGUARDS = (
    "expiry", "appeal", "review", "warrant", "anonymity", "separation", "no_contagion", "private_score",
    "children", "proportionality", "audit",
)  # fmt: skip

WORDS: dict[str, Word] = {
    "birth": "mostly", "merit": "never", "evasion": "never", "foreknowledge": "never", "growth": "seldom",
    "lists": "holds",
    "nothing-to-hide": "depends", "one-voice": "undecided", "outcasts": "mostly", "pooling": "holds",
    "safeguards": "mostly", "safety": "depends", "silence": "holds", "solidarity": "depends",
    "wall": "seldom", "neighbours": "seldom",
}  # fmt: skip
"""What each claim is given."""

UNMEASURED = ("patrol", "three-seconds")
"""Claims that are told as if a measure were missing."""

HELD: dict[Word, tuple[int, int]] = {
    "holds": (243, 8), "mostly": (190, 40), "depends": (128, 110), "seldom": (40, 190), "never": (3, 250),
    "undecided": (60, 30), "unmeasured": (0, 0),
}  # fmt: skip
"""Draws of DRAWS in which a claim holds, and in which it fails."""

CHOICES = {"lists": ("detention.grounds", ("file",)), "one-voice": ("solidarity.trusting", ("true",))}


@dataclass(frozen=True)
class Recipe:
    """What to invent. ``claims`` by name, all by default; ``without``: parts of the study to leave out."""

    claims: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()
    draws: int = DRAWS
    most: int = DRAWS
    failed: dict[str, int] = field(default_factory=dict)


@cache
def names() -> tuple[str, ...]:
    """All shipped claims."""
    found = files("glasstown").joinpath("claims").iterdir()
    return tuple(sorted(each.name.removesuffix(".toml") for each in found if each.name.endswith(".toml")))


@cache
def claim(name: str) -> Checked:
    """A shipped claim with its arms; some as if they could not be decided yet."""
    found = checked(name)
    if name not in UNMEASURED:
        return found
    fields = {"needs": "the share of people in view who are named", "conditions": ()}
    return replace(found, claim=found.claim.model_copy(update=fields))


def share(count: int, of: int) -> Share:
    """A share of draws, with an interval that is about right."""
    if not of:
        return Share(0, 0, 0.0, 0.0, 1.0)
    value = count / of
    half = 3 * (value * (1 - value) / of) ** 0.5 + 1 / of
    return Share(count, of, value, max(0.0, value - half), min(1.0, value + half))


def _effect(of: Expression, arms: tuple[str, str], at: int, condition: Condition | None) -> Effect:
    """One expression: a value for each arm by its place, larger or smaller as the condition wants."""
    rate = {"1/year": 0.08, "1": 0.3, "point": 560.0, "ties": 0.2, "yuan/year": 34000.0}.get(of.unit, 0.3)
    one = rate * (1 + 0.1 * (at % 4))
    than = condition.than if condition else None
    first = than if than is not None else one
    matters = condition.matters if condition else 0.02 * rate
    least = matters * abs(first) if condition and condition.relative else matters
    sign = -1 if condition and condition.direction == "less" else 1
    size = (least or 0.1 * rate) * (0.4 if condition and condition.direction == "same" else 1.6)
    median = sign * min(size, abs(first) * 0.5 or size)
    size = abs(median)
    effect = Effect(
        str(of), of.unit, arms, than, first, first + median, median, median - 1.4 * size, median + 1.1 * size,
        0.07 * size, DRAWS,
    )  # fmt: skip
    if condition is None:
        return effect
    return replace(
        effect, direction=condition.direction, matters=condition.matters, relative=condition.relative,
        toward=share(200, DRAWS), holds=180, fails=50, undecided=26,
    )  # fmt: skip


def _unread(effect: Effect) -> Effect:
    nothing = dict.fromkeys(("one", "other", "median", "low", "high", "error"))
    return replace(effect, draws=0, **nothing)  # type: ignore[arg-type]


def _hinges(name: str, design: Design, at: int) -> tuple[Hinge, ...]:
    if name in CHOICES:
        key, chosen_ = CHOICES[name]
        return (Hinge(key, "1", None, None, None, None, chosen_, share(150, 170), share(20, 86), 0.85),)
    there = [
        each for each in design.factors
        if each.kind == "number" and each.key.partition(".")[0] in claim(name).scenarios[
            claim(name).claim.between[1]
        ].mechanisms
    ]  # fmt: skip
    found = []
    for k in range(1 + at % 2):
        each = there[(7 * at + 31 * k) % len(there)]
        turn = each.value(0.3 + 0.1 * (at % 5))
        ends = (each.low, each.high)
        low, high = float(each.value(0.2)), float(each.value(0.85))
        above, below = share(120, 140), share(12, 116)
        if at % 3 == 0:
            above, below = below, above
        found.append(Hinge(each.key, "1", float(turn), low, high, ends, (), above, below, 0.86))
    return tuple(found)


def _influences(name: str, design: Design, at: int) -> tuple[Influence, ...]:
    there = [each.key for each in design.factors if each.key.partition(".")[0] in _institutions(name)]
    chance = np.random.default_rng([at, 5])
    indices = np.sort(chance.exponential(0.03, len(there)))[::-1]
    order = chance.permutation(len(there))
    return tuple(
        Influence(there[k], float(v), float(max(v - 0.05, 0)), float(v + 0.06), 0.3, 0.04, bool(v > 0.08))
        for k, v in zip(order, indices, strict=True)
    )


def _institutions(name: str) -> set[str]:
    return {table for each in claim(name).scenarios.values() for table in ("town", *each.mechanisms)}


def verdict(name: str, design: Design, at: int, draws: int) -> Verdict:
    """The verdict that a claim is given."""
    it = claim(name).claim
    word: Word = "unmeasured" if it.needs else WORDS.get(name, "undecided")
    rests = Rests(61, 53, 180, 12, 90)
    if word == "unmeasured":
        none = share(0, 0)
        return Verdict(name, word, False, 0, 0, 0, (0, 0), 0, 0, none, none, none, (), (), Rests())
    holds, fails = (round(count * draws / DRAWS) for count in HELD[word])
    failed, undefined = (2, 3) if name == "growth" else (0, 0)
    conditions = [
        _effect(each.measure, ("", each.arm) if each.arm else each.between, at + k, each)
        for k, each in enumerate(it.conditions)
    ]
    if word == "undecided":
        conditions = [_unread(each) for each in conditions]
    shows = tuple(_effect(each, it.between, at + k, None) for k, each in enumerate(it.shows))
    states = [1] * holds + [-1] * fails + [0] * (draws - holds - fails)
    return Verdict(
        name, word, word != "seldom", draws, failed, undefined, (2, 4) if at % 2 else (2, 2), 20_000, 365,
        share(holds, draws), share(fails, draws), share(draws - holds - fails, draws), tuple(conditions),
        shows, rests, _influences(name, design, at),
        () if word in ("never", "undecided") and name not in CHOICES else _hinges(name, design, at),
        tuple(states), tuple(float(each) for each in states),
    )  # fmt: skip


@cache
def the_design(claims: tuple[str, ...], draws: int) -> Design:
    """Everything that the arms leave open, without the values of the draws."""
    arms = {f"{name}/{arm}": scenario for name in claims for arm, scenario in claim(name).scenarios.items()}
    found = chosen(arms, None, {"cameras.placement": "held as asked"}, Kept({}, {}))
    return Design(found.factors, found.held, ({},) * draws, 0, {"conduct: from after to": 3})


def _packages(draws: int) -> Iterator[Package]:
    sets: list[Sequence[str]] = [(each,) for each in SAFEGUARDS]
    sets += [*combinations(SAFEGUARDS, 2), SAFEGUARDS]
    for some in sets:
        places = [SAFEGUARDS.index(each) for each in some]
        good = 42 * (1 - float(np.prod([1 - 0.04 * (1 + (5 * k) % 7) for k in places])))
        bad = sum(0.2 + 0.7 * ((3 * k) % 5) for k in places) - 0.6
        often = draws if len(some) > 2 else max(0, round(draws * (0.9 - bad / 4)))
        yield Package(
            "+".join(some) if len(some) < 3 else "all", tuple(some), draws,
            Spread(good, 0.5 * good, 1.4 * good), Spread(good / 60, good / 90, good / 45),
            Spread(bad, bad - 1.5, bad + 2.2), min(often, draws),
            {what: Spread(0.1 * k, 0.02 * k, 0.2 * k) for k, what in enumerate(OTHERS[:4])},
        )  # fmt: skip


def _price(draws: int) -> Price:
    sizes = dict(zip(COSTS, (0.004, 0.02, 0.003, 0.0, -0.01), strict=True))
    each = {what: Spread(v, v - 0.003, v + 0.006) for what, v in sizes.items()}
    each["ever_closed"] = Spread(NAN, NAN, NAN)
    bills = []
    for by in PARTS:
        for level in range(len(LEVELS[by]) if by != "all" else 1):
            tilt = 1 + 0.12 * level
            costs = {
                what: Spread(5000 * v * tilt, min(2500 * v, 9000 * v) * tilt, max(2500 * v, 9000 * v) * tilt)
                for what, v in sizes.items()
            }
            bills.append(Bill(by, level, Spread(5200 * tilt, -900, 9100), costs))
    uneven = Spread(1.12, 0.85, 3.05)
    return Price(
        draws, round(0.82 * draws), each, tuple(bills), Spread(0.18, 0.01, 0.7), uneven, round(0.7 * draws),
        draws,
    )  # fmt: skip


def _bands() -> tuple[Placed, ...]:
    found = []
    for k, band in enumerate(shipped_bands()):
        middle, wide = (band.low + band.high) / 2, band.high - band.low
        at = middle + (1.4 * wide if k % 3 == 0 else 0.1 * wide)
        values = () if k == 4 else (at, at + 0.05 * wide, at - 0.04 * wide)
        found.append(Placed(band, values, "" if values else "nothing was counted of misalerted"))
    return tuple(found)


def invented(recipe: Recipe | None = None) -> Study:
    """The study of a recipe; the same recipe gives the same study."""
    asked = recipe or Recipe()
    wanted = asked.claims or names()
    design = the_design(wanted, asked.draws)
    verdicts = tuple(verdict(name, design, at, asked.draws) for at, name in enumerate(wanted))
    claims = tuple(claim(name) for name in wanted)
    arms = {(c.claim.id, arm): f"{c.claim.id}-{arm}" for c in claims for arm in c.scenarios}
    facts = Facts(asked.draws, asked.most, 20_000, (2, 4), 24_576, asked.failed, 1, "0.9.0", 7, "2026-11-30")
    study = Study(
        Path("studies/usual"), claims, arms, design, Readings(asked.draws, 4, {}, {}), verdicts, facts,
        tuple(_packages(asked.draws)), _price(asked.draws), _bands(), usual(),
    )  # fmt: skip
    empty = {"packages": (), "price": None, "bands": (), "twins": None}
    return replace(study, **{name: empty[name] for name in asked.without})


@cache
def usual_study() -> Study:
    """The study of the plain recipe."""
    return invented()


SMALL = Recipe(
    ("silence", "three-seconds", "one-voice"), frozenset({"packages", "price", "bands", "twins"}), 16, 64,
    {"not enough memory": 2},
)  # fmt: skip
"""A small study that is not complete, and has none of the parts that may be missing."""
