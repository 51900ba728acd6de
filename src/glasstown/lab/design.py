"""Draws over everything that nobody has measured: a space-filling design of a sweep's assumed parameters.

Each ``Assumed`` and ``Estimated`` parameter of the arms is one dimension of a scrambled Sobol sequence
(Sobol 1967, scrambled as by Owen; ``scipy.stats.qmc``), shuffled, over the range that it states. Half of the
draws lie from the value of the scenario down, half from there up, so that the town as it is shipped stands in
the middle of what is drawn. A draw gives each parameter one share of its range for all arms, but each arm
keeps what makes it that arm (``lab.holding``).
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

import numpy as np
from numpy.typing import NDArray

from glasstown.core import rng
from glasstown.errors import ScenarioError
from glasstown.lab.arms import Value, value_of
from glasstown.lab.factors import Factor
from glasstown.lab.holding import Kept, factors_of, kept
from glasstown.lab.placing import Placing, Reasons
from glasstown.scenario.model import Scenario
from glasstown.scenario.spelling import nearest

TRIES = 64
"""Points of the sequence looked at, for each draw asked for, before the ranges are called contradictory."""


@dataclass(frozen=True)
class Design:
    """What is drawn, what is ``held`` in all arms and why, and the values of each draw by dotted key.

    ``held_by_arm``: by arm, what it keeps though others take the draw. ``middles``: by arm and key, the value
    in the middle of its draws where it is not the factor's own. ``shares``: of the range, (draws, factors).
    ``refused`` counts points of the sequence that were passed over, by the reason: two values of theirs
    contradict each other in some arm.
    """

    factors: tuple[Factor, ...]
    held: Reasons
    draws: tuple[Mapping[str, Value], ...]
    seed: int
    refused: Mapping[str, int] = field(default_factory=dict)
    held_by_arm: Mapping[str, Reasons] = field(default_factory=dict)
    middles: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    shares: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 0)), compare=False)

    def values(self, draw: int, arm: str) -> dict[str, Value]:
        """The values of a draw that an arm takes."""
        mine = self.held_by_arm.get(arm, {})
        return {key: value for key, value in self._all(draw, arm).items() if key not in mine}

    def of(self, arm: str) -> "Design":
        """The same draws as this arm takes them: its own value in the middle of each range."""
        own = self.middles.get(arm, {})
        factors = tuple(each.around(own[each.key]) if each.key in own else each for each in self.factors)
        draws = tuple(self._all(draw, arm) for draw in range(len(self.draws)))
        return replace(self, factors=factors, draws=draws)

    def placing(self, arms: Mapping[str, Scenario]) -> Placing:
        """What each of the arms takes of the draws."""
        return Placing(arms, self.factors, self.held_by_arm, self.middles)

    def shared(self, draw: int) -> dict[str, float]:
        """The shares of a draw by dotted key; none if they are not known."""
        if not self.shares.size:
            return {}
        return {each.key: float(s) for each, s in zip(self.factors, self.shares[draw], strict=True)}

    def _all(self, draw: int, arm: str) -> dict[str, Value]:
        own = self.middles.get(arm, {})
        moved = {
            each.key: each.around(own[each.key]).value(float(share))
            for each, share in zip(self.factors, self.shares[draw] if own else (), strict=bool(own))
            if each.key in own
        }
        return {**self.draws[draw], **moved}

    def numbers(self) -> NDArray[np.float64]:
        """Every value as a number, shape (draws, factors)."""
        rows = [[each.number(values[each.key]) for each in self.factors] for values in self.draws]
        return np.array(rows, np.float64).reshape(len(self.draws), len(self.factors))


@dataclass(frozen=True)
class Chosen:
    """What is drawn, what is held in all arms, and what some arms keep though others take the draw."""

    factors: tuple[Factor, ...]
    held: Reasons
    held_by_arm: Mapping[str, Reasons]
    middles: Mapping[str, Mapping[str, float]]


def design(
    arms: Mapping[str, Scenario],
    draws: int,
    vary: Sequence[str] | None = None,
    hold: Mapping[str, str] | None = None,
    seed: int = 0,
    keep: Kept | None = None,
) -> Design:
    """``draws`` points over what the arms leave open; more draws begin with the same points.

    ``vary`` are patterns of dotted keys ("cameras.*"), by default all; ``hold`` maps patterns that are not
    drawn to the reason. ``keep``: what each arm keeps of its own, by default by the rule of ``lab.holding``
    with the first arm as the town without. A point at which some arm contradicts itself is passed over by
    all. Raises ScenarioError for a pattern that meets no parameter with a range, and where nearly every
    point is refused.
    """
    if draws < 1:
        raise ScenarioError(f"a sweep needs at least one draw, got {draws}")
    keep = kept(arms, {}, next(iter(arms.values()))) if keep is None else keep
    given = chosen(arms, vary, hold or {}, keep)
    placing = Placing(arms, given.factors, given.held_by_arm, given.middles)
    impossible = {each.key: why for each in given.factors if (why := _impossible(placing, each))}
    factors = tuple(each for each in given.factors if each.key not in impossible)
    held = dict(sorted({**given.held, **impossible}.items()))
    if not factors:
        return Design((), held, ({},) * draws, seed)
    found: list[tuple[Mapping[str, Value], NDArray[np.float64]]] = []
    refused: Counter[str] = Counter()
    for number, point in enumerate(_points(len(factors), draws, seed)):
        shares = {each.key: float(share) for each, share in zip(factors, point, strict=True)}
        values = {each.key: each.value(shares[each.key]) for each in factors}
        why = placing.under(values, shares).why()
        if not why:
            found.append((values, point))
        else:
            refused[why] += 1
        if len(found) == draws:
            told, all_shares = dict(sorted(refused.items())), np.array([each for _, each in found])
            drawn = tuple(each for each, _ in found)
            return Design(factors, held, drawn, seed, told, given.held_by_arm, given.middles, all_shares)
        if number >= draws * TRIES:
            break
    worst = refused.most_common(1)[0][0]
    raise ScenarioError(
        f"of {number} draws {sum(refused.values())} contradict themselves, most often: {worst}",
        "Hold one of the parameters that contradict each other (--fix).",
    )


def laid_out(
    arms: Mapping[str, Scenario], like: Design, points: NDArray[np.float64]
) -> tuple[Design, NDArray[np.bool_]]:
    """A design at other ``points``, shape (points, factors), and which of them no arm contradicts."""
    placing = like.placing(arms)
    fit, draws = np.ones(len(points), np.bool_), []
    for number, point in enumerate(points.tolist()):
        shares = {each.key: share for each, share in zip(like.factors, point, strict=True)}
        draws.append({each.key: each.value(shares[each.key]) for each in like.factors})
        fit[number] = not placing.under(draws[-1], shares).why()
    return replace(like, draws=tuple(draws), shares=points, refused={}), fit


def _points(dimensions: int, draws: int, seed: int) -> Iterable[NDArray[np.float64]]:
    """The points one by one: blocks of the scrambled sequence, each column of a block in an order of its own.

    Every power of two of points fills each range evenly, as the sequence does. As it comes, though, a few
    hundred columns of it move together while points are few (of 316 in 256 points, 103 pairs with rank
    correlations above .4, up to .94), so that influences would get the wrong names. Shuffled by column, no
    pair moves together more than chance has it. Later blocks leave the earlier ones as they are.
    """
    from scipy.stats import qmc

    sequence = qmc.Sobol(dimensions, scramble=True, seed=seed)
    why, size, got = rng.purpose("design", "shuffle"), 1, 0
    while got < draws * TRIES:
        block = sequence.random(size)
        ids, one, two = np.arange(size, dtype=np.uint32), *np.empty((2, size), np.uint64)
        for column in range(dimensions):
            rng.table(rng.run_key(seed, column, "design"), ids, got, 0, why, one, two)
            block[:, column] = block[np.argsort(one, kind="stable"), column]
        yield from block
        got += size
        size = got


def _impossible(placing: Placing, each: Factor) -> str:
    """Why a switch cannot be drawn: with one of its places some arm cannot be, whatever the rest is."""
    if each.kind not in ("flag", "choice"):
        return ""
    for share in np.linspace(0, 1, int(each.high) + 1):
        why = placing.under({each.key: each.value(float(share))}, {}).why(each.key)
        if why:
            return f"a switch with which {why}"
    return ""


def chosen(
    arms: Mapping[str, Scenario], vary: Sequence[str] | None, hold: Mapping[str, str], keep: Kept
) -> Chosen:
    """What is drawn, by key, and what is held and why. Raises ScenarioError for an idle pattern."""
    open_ = factors_of(arms.values())
    _meet(vary or (), open_)
    factors: list[Factor] = []
    held: dict[str, str] = {}
    mine: dict[str, dict[str, str]] = {}
    middles: dict[str, dict[str, float]] = {}
    for key, factor in sorted(open_.items()):
        if vary is not None and not any(fnmatchcase(key, pattern) for pattern in vary):
            continue
        there = [name for name, each in arms.items() if value_of(each, key) is not None]
        reasons = {name: why for name in there if (why := keep.arms.get(name, {}).get(key, ""))}
        asked = next((why for pattern, why in hold.items() if fnmatchcase(key, pattern)), "")
        drawn = factor.cut(*keep.ends.get(key, (factor.low, factor.high)))
        if asked or len(reasons) == len(there):
            held[key] = asked or "; ".join(dict.fromkeys(reasons.values()))
        elif drawn is None:
            held[key] = "arms ask for different sides of it"
        else:
            own = {name: value_of(arms[name], key) for name in there if name not in reasons}
            factors.append(drawn.around(next(iter(own.values()))))
            for name, why in reasons.items():
                mine.setdefault(name, {})[key] = why
            for name, value in own.items():
                if factors[-1].middle is not None and value != factors[-1].middle:
                    middles.setdefault(name, {})[key] = float(value)
    return Chosen(tuple(factors), held, mine, middles)


def _meet(patterns: Sequence[str], known: Mapping[str, Factor]) -> None:
    for pattern in patterns:
        if not any(fnmatchcase(key, pattern) for key in known):
            near = nearest(pattern, known)
            raise ScenarioError(
                f"no parameter with a range is called {pattern!r}" + (f"; nearest: {near}" if near else ""),
                "See them with: glasstown describe NAME",
            )
