"""The lender's arithmetic: who gets a loan under which policy, from published scores and repayment.

A lender gains 1 from a loan repaid and loses ``cost`` from one that is not. Liu et al. 2018 let such a lender
choose, for each of two groups, the scores to lend to: where profit is highest (``max_profit``), on condition
that both groups get loans equally often (``demographic_parity``), or that those who would repay do
(``equal_opportunity``). All in integers and fractions: the same on every machine. Used by ``livelihood``.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from math import sqrt

import numpy as np

from glasstown.core import rng
from glasstown.core.columns import POINT
from glasstown.core.kernels import rule
from glasstown.core.sums import added
from glasstown.core.typing import U8s, U16s, U64s

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

LOW, HIGH = 300, 850
"""Ends of the credit score of Liu et al., points."""

NATIONAL = (
    (300, 21), (350, 42), (400, 54), (450, 65), (500, 79), (550, 96), (600, 120), (650, 138), (700, 170),
    (750, 158), (800, 57),
)  # fmt: skip
"""Per mille of all people by 50 points of score, from the one named (fico.py of Liu et al.)."""

SIZES = (133_165, 18_274)
"""People of groups A and B in the sample: their weight in the lender's profit."""

CELLS = 256
"""Cells that a lender tells apart in each group, at most."""

FIFTHS = (7_869, 16_443, 26_249, 41_172, 80_294)
"""Mean income per head of fifths of Chinese households, yuan a year (facts I19)."""

WORKING = 0.7
"""Share of adults who work: assumed, and used only to make defaults average out."""

Grants = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
"""For groups A and B, by score from the lowest: the share of applicants who get a loan."""


@dataclass(frozen=True, slots=True)
class Borrowers:
    """The published tables: scores in 1/64 point and, for groups A and B by score, two shares in 1/10,000.

    ``share`` of the group that has this score, ``repaid`` of those who repay a loan.
    """

    scores: tuple[int, ...]
    share: tuple[tuple[int, ...], tuple[int, ...]]
    repaid: tuple[tuple[int, ...], tuple[int, ...]]


@cache
def borrowers() -> Borrowers:
    """The tables of credit_scores.csv."""
    text = resources.files("glasstown.mechanisms").joinpath("credit_scores.csv").read_text("utf-8")
    rows = list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
    below = [[_whole(row[f"below_{group}"]) for row in rows] for group in "ab"]
    share = [tuple(b - a for a, b in zip([0, *each], each, strict=False)) for each in below]
    repaid = [tuple(10_000 - _whole(row[f"failed_{group}"]) for row in rows) for group in "ab"]
    scores = tuple(round(points(Fraction(row["score"])) * POINT) for row in rows)
    return Borrowers(scores, (share[0], share[1]), (repaid[0], repaid[1]))


def _whole(percent: str) -> int:
    return int(Fraction(percent) * 100)


def points(percentile: Fraction) -> Fraction:
    """A percentile of the whole sample as a score of 300 to 850."""
    below = Fraction(0)
    for score, share in NATIONAL:
        width = Fraction(share, 10)
        if below + width >= percentile:
            return score + 50 * (percentile - below) / width
        below += width
    return Fraction(HIGH)


@cache
def grants(policy: str, cost: float) -> Grants:
    """Who gets a loan under ``policy`` when a default costs ``cost`` times what a repaid loan brings."""
    table = borrowers()
    even = Fraction(cost) / (Fraction(cost) + 1)
    pairs = [list(zip(table.share[g], table.repaid[g], strict=True)) for g in (0, 1)]
    profit = [[SIZES[g] * s * (Fraction(r, 10_000) - even) for s, r in pairs[g]] for g in (0, 1)]
    if policy == "max_profit":
        return _each(lambda g, k: Fraction(int(Fraction(table.repaid[g][k], 10_000) >= even)))
    widths = [[Fraction(s, sum(table.share[g])) for s in table.share[g]] for g in (0, 1)]
    if policy == "equal_opportunity":
        would = [[s * r for s, r in pairs[g]] for g in (0, 1)]
        widths = [[Fraction(w, sum(would[g])) for w in would[g]] for g in (0, 1)]
    elif policy != "demographic_parity":
        raise ValueError(f"no such policy of lending: {policy}")
    reach = best_reach(widths, profit)
    above = [_above(each) for each in widths]
    return _each(lambda g, k: _clip((reach - above[g][k]) / widths[g][k]) if widths[g][k] else Fraction(0))


def _above(widths: Sequence[Fraction]) -> list[Fraction]:
    """For each score, the share of the group that scores higher."""
    return list(accumulate(reversed(widths[1:]), initial=Fraction(0)))[::-1]


def _each(share: Callable[[int, int], Fraction]) -> Grants:
    cells = range(len(borrowers().scores))
    return tuple(share(0, k) for k in cells), tuple(share(1, k) for k in cells)


def _clip(share: Fraction) -> Fraction:
    return min(max(share, Fraction(0)), Fraction(1))


def best_reach(widths: Sequence[Sequence[Fraction]], profit: Sequence[Sequence[Fraction]]) -> Fraction:
    """How far down to lend, the same share of both groups, so that profit is highest.

    ``widths`` and ``profit`` are by group and by score from the lowest: the share of the group that has this
    score, and the profit of lending to all of them. Profit is linear between the ends of scores, so one of
    those is best.
    """
    curves = [_curve(widths[g], profit[g]) for g in (0, 1)]
    ends = sorted({end for curve in curves for end, _ in curve})
    totals = [Fraction(0)] * len(ends)
    for curve in curves:
        k = 0
        for index, end in enumerate(ends):
            while curve[k + 1][0] < end:
                k += 1
            (x0, y0), (x1, y1) = curve[k], curve[k + 1]
            totals[index] += y0 + (y1 - y0) * (end - x0) / (x1 - x0)
    return ends[totals.index(max(totals))]


def _curve(widths: Sequence[Fraction], profit: Sequence[Fraction]) -> list[tuple[Fraction, Fraction]]:
    """Points (share lent to, profit) from the highest score down, starting at (0, 0)."""
    pairs = [(w, p) for w, p in zip(reversed(widths), reversed(profit), strict=True) if w]
    reach = accumulate((w for w, _ in pairs), initial=Fraction(0))
    gained = accumulate((p for _, p in pairs), initial=Fraction(0))
    return list(zip(reach, gained, strict=True))


def expected_change(
    policy: str, cost: float, gain: float, loss: float, bound: bool = True
) -> tuple[float, float]:
    """Mean change of score of groups A and B, points, when each person asks once for a loan.

    With ``bound``, as published, it is the expected score after a loan that stays between 300 and 850.
    """
    table, lent = borrowers(), grants(policy, cost)
    up, down = Fraction(gain), Fraction(loss)
    means = [Fraction(0), Fraction(0)]
    for g in (0, 1):
        for k, score in enumerate(table.scores):
            repaid = Fraction(table.repaid[g][k], 10_000)
            at = Fraction(score, POINT)
            after = at + repaid * up - (1 - repaid) * down
            after = min(max(after, Fraction(LOW)), Fraction(HIGH)) if bound else after
            means[g] += Fraction(table.share[g][k], 10_000) * lent[g][k] * (after - at)
    return float(means[0]), float(means[1])


def fifth_edges() -> tuple[int, ...]:
    """Where one fifth of incomes ends and the next begins, 10 yuan a year: geometric means of their means."""
    return tuple(round(sqrt(a * b) / 10) for a, b in pairwise(FIFTHS))


def defaults(share: float, fifth: float, jobless: float, out: float, kept: float) -> list[float]:
    """Chance of not repaying, by income fifth for people in work and then for people out of it: ten values.

    A logistic model: odds times ``fifth`` one fifth up, and times ``jobless`` out of work, scaled so that it
    averages out at ``share`` when a share ``out`` of workers is out of work and keeps ``kept`` of earnings.
    """
    ratios = [1 / (fifth * fifth), 1 / fifth, 1.0, fifth, fifth * fifth]
    odds = [*ratios, *(r * jobless for r in ratios)]
    idle = out * WORKING
    weights = [0.2 * (1 - idle)] * 5 + [0.0] * 5
    for income in FIFTHS:
        weights[5 + sum(income * kept >= 10 * edge for edge in fifth_edges())] += 0.2 * idle
    low, high = 0.0, 1e12
    for _ in range(200):
        scale = (low + high) / 2
        mean = added(w * scale * o / (1 + scale * o) for w, o in zip(weights, odds, strict=True))
        low, high = (scale, high) if mean < share else (low, scale)
    return [0.0 if share == 0 else high * o / (1 + high * o) for o in odds]


def scoring_lender(policy: str, cost: float) -> tuple[U64s, U64s, U8s]:
    """Thresholds of repayment and of a loan, both (512,), by group and cell; and the cell of each score.

    A cell is a published score; a score's cell is the nearest, found by eighths of a point from 300 up.
    """
    table, lent = borrowers(), grants(policy, cost)
    repaid, granted = np.zeros(2 * CELLS, np.uint64), np.zeros(2 * CELLS, np.uint64)
    for g in (0, 1):
        cells = slice(g * CELLS, g * CELLS + len(table.scores))
        repaid[cells] = [rng.threshold(r / 10_000) for r in table.repaid[g]]
        granted[cells] = [rng.threshold(float(share)) for share in lent[g]]
    at = np.arange(LOW * POINT, HIGH * POINT + 8, 8)
    distance = np.abs(at[:, None] - np.array(table.scores)[None, :])
    return repaid, granted, distance.argmin(axis=1).astype(np.uint8)


def first_scores(group: U8s, luck: U64s) -> U16s:
    """Scores drawn from the published distribution of each person's group, in 1/64 point."""
    table = borrowers()
    scores, found = np.array(table.scores, np.uint16), np.zeros(len(luck), np.uint16)
    for g in (0, 1):
        reach = rng.thresholds([below / 10_000 for below in accumulate(table.share[g])])
        cell = np.minimum(np.searchsorted(reach, luck, side="right"), len(scores) - 1)
        found = np.where(group == g, scores[cell], found)
    return found


@rule
def ordinary_cell(earnings: Whole, out: int, edges: U16s) -> Whole:
    """What an ordinary lender sees: 0 to 4 the fifth of incomes, 5 more without work."""
    cell = 5 if out > 0 else 0
    for edge in edges:
        if earnings >= edge:
            cell += 1
    return cell


@rule
def scored_cell(group: Whole, credit: Whole, nearest: U8s) -> Whole:
    """What a scoring lender sees: the published score nearest to the person's, of the person's group."""
    return group * CELLS + np.int64(nearest[(credit - LOW * POINT) >> 3])
