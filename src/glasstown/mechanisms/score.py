"""Score: one number per person, moved by what is on file, and a little by the company a person keeps.

Points are given and taken by a rulebook, one value per kind of act, between a floor and a ceiling (the
350 to 950 points of the article). What was gained or lost fades. What is shown is a mixture of a person's own
merit and of the mean score of his or her ties, weight ``company``: iterated, this is Friedkin and
Johnsen's model of influence, S = (1 - a) merit + a W S, whose fixed point is (I - aW)^-1 (1 - a) merit.
Without ties and entries it is an autoregressive process of the first order.

Several scorers may each learn of a share of the entries; kept apart, a person's rights hang on one of them,
pooled, what one knows all know. ``publicity`` decides whether others see the score (``shown_score``) and its
owner is told. Safeguards cover people one by one: no points taken from a minor, at most so many a day, no
weight of company, nothing on show. What a person knows of the score and may mind in it is there for
others to read (``stake``).

Left out: scorers with rulebooks of their own; any rule that scores adults alone (facts A13) but for the
safeguard ``children``: a child's acts count like anybody's.
"""

from functools import cached_property
from math import exp
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from glasstown.core.columns import POINT, Column
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, fill, threshold, when
from glasstown.core.typing import U32, U64, I32s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Source, Unit
from glasstown.core.vocabulary import (
    ADVERSE,
    DIARY,
    FILED,
    LOSS_CAP,
    MISFILED,
    NOTICES,
    RESTORED,
    SCORE,
    SHIELDS,
    SHOWN_SCORE,
    STAKE,
    WRONG_POINTS,
    Act,
    Event,
    Shield,
)
from glasstown.mechanisms._company import mind, mix
from glasstown.mechanisms._scorers import FULL_SIGHT, HIT_BY, MISSEEN, MOST, SEEN, WRONGLY_HIT_BY, see

MERIT = Column("merit", np.uint16, "1/64 point", "score by a person's own file alone, 0 if none yet")
NO_NOISE = 1 << 15
NOISED = Column(
    "noised", np.uint16, "1/64 point", "32,768 and what the scorer's noise added that has not faded", NO_NOISE
)
COMPANY = Column("company", np.uint16, "1/64 point", "mean score of the ties when last mixed, 0 without ties")

MONTH = 30
"""Days between two steps of fading."""

Whole = int | np.int64
"""A whole number in a rule, as Python and as compiled code see it."""

_KINDS = 1 << len(Act)
_FULL = 1 << 16
_ADVERSE = int(ADVERSE)
_ANY = 1 << 20
_MINOR, _PRIVATE = np.uint16(Shield.MINOR), np.uint16(Shield.PRIVATE)
_APART = np.uint16(Shield.ALONE | Shield.MINOR)
_LOST, _NOTHING = np.uint64(Event.LOST_POINTS), np.uint64(0)
_LOST_WRONGLY = np.uint64(Event.LOST_POINTS_WRONGLY)


class Score(Mechanism):
    """A score of 350 to 950 points in real time: a rulebook, fading, and the weight of friends' scores."""

    neutral: ClassVar[dict[str, object]] = {
        "points_care": 0.0, "points_raise": 0.0, "points_repay": 0.0, "points_default": 0.0,
        "points_jaywalk": 0.0, "points_criticise": 0.0, "points_games": 0.0, "points_tunnel": 0.0,
        "company": 0.0, "memory": 0.0, "noise": 0.0, "start": 950.0, "publicity": "secret",
    }  # fmt: skip

    floor: Annotated[float, Field(ge=1, le=1000), Unit("point"), Source(
        "china-internet-watch-2015", "lowest score of the scale (A01)"
    )] = 350.0  # fmt: skip
    """The lowest score."""

    ceiling: Annotated[float, Field(ge=1, le=1000), Unit("point"), Source(
        "china-internet-watch-2015", "highest score of the scale (A01)"
    )] = 950.0  # fmt: skip
    """The highest score."""

    start: Annotated[float, Field(ge=1, le=1000), Unit("point"), Assumed(
        "border of the bands fair and good (A02); no official distribution was ever published", 550, 700
    )] = 600.0  # fmt: skip
    """The score of a person about whom nothing is on file, and to which all points fade."""

    points_care: Annotated[float, Field(ge=-600, le=600), Unit("point"), Assumed(
        "an everyday duty, filed many times a year: below the smallest award reported (5, A14)", 0, 5
    )] = 1.0  # fmt: skip
    """Points for a filed act of care for a parent."""

    points_raise: Annotated[float, Field(ge=-600, le=600), Unit("point"), Assumed(
        "as for care: an everyday duty, filed many times a year", 0, 5
    )] = 1.0  # fmt: skip
    """Points for a filed act of raising a child."""

    points_repay: Annotated[float, Field(ge=-600, le=600), Unit("point"), Estimated(
        "liu-2018", "score_change_repay in notebook FICO-figures (A30): their choice on 300-850", 5, 75
    )] = 75.0  # fmt: skip
    """Points for a loan repaid in full."""

    points_default: Annotated[float, Field(ge=-600, le=600), Unit("point"), Estimated(
        "liu-2018", "score_change_default in notebook FICO-figures (A30): their choice on 300-850", -150, -5
    )] = -150.0  # fmt: skip
    """Points for a loan not repaid."""

    points_jaywalk: Annotated[float, Field(ge=-600, le=600), Unit("point"), Estimated(
        "mistreanu-2018", "a traffic ticket is -5 in Rongcheng, where all start at 1,000 (A14)", -50, -1
    )] = -5.0  # fmt: skip
    """Points for a filed crossing on red."""

    points_criticise: Annotated[float, Field(ge=-600, le=600), Unit("point"), Assumed(
        "more than a traffic ticket (5, A14), less than a legal offence (up to 150, A16)", -150, -5
    )] = -20.0  # fmt: skip
    """Points for having said more than is tolerated."""

    points_games: Annotated[float, Field(ge=-600, le=600), Unit("point"), Assumed(
        "lawful, so less than a traffic ticket (5, A14)", -5, 0
    )] = -1.0  # fmt: skip
    """Points for a filed evening of video games."""

    points_tunnel: Annotated[float, Field(ge=-600, le=600), Unit("point"), Assumed(
        "as for having said more than is tolerated: no rulebook that was found names it", -150, -5
    )] = -20.0  # fmt: skip
    """Points for having got round the wall, or acted under another name."""

    company: Annotated[float, Field(ge=0, le=0.95), Unit("1"), Estimated(
        "wodefinance-2015", "relationships count 5 % (A03): a press figure for one side of a score", 0, 0.3
    )] = 0.05  # fmt: skip
    """Weight of the mean score of a person's ties in his or her own."""

    mixing: Annotated[int, Field(ge=1, le=365), Unit("day"), Assumed(
        "a week: short against the years in which points fade, so it hardly matters", 1, 30
    )] = 7  # fmt: skip
    """Days between two looks at the scores of ties."""

    memory: Annotated[float, Field(ge=0, le=36500), Unit("day"), Assumed(
        "no rulebook says how fast points fade; two years is the shortest listing (B18)", 0, 3650
    )] = 730.0  # fmt: skip
    """Days in which a distance from the start fades to 1/e of itself; 0 = points never fade."""

    noise: Annotated[float, Field(ge=0, le=100), Unit("point"), Assumed(
        "no error of its own unless a study asks for it", 0, 10
    )] = 0.0  # fmt: skip
    """Points that the scorer adds or takes each month, at evens, for no reason at all."""

    awareness: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "trivium-2018", "11 % of those who live in a pilot know that they are in it (A19)", 0.05, 1
    )] = 0.11  # fmt: skip
    """Share of people, always the same, who know their score and learn that they lost points."""

    publicity: Annotated[Literal["secret", "own", "public"], Unit("1"), Source(
        "bbc-2015", "a dating site shows its members' scores (A22)"
    )] = "public"  # fmt: skip
    """Who knows a score: nobody outside, its owner, or everybody. In secret nobody is told of lost points."""

    scorers: Annotated[int, Field(ge=1, le=MOST), Unit("1"), Assumed(
        "one score, as the article has it; the pilot that it names had eight firms", 1, 8
    )] = 1  # fmt: skip
    """Scorers side by side, all with this rulebook."""

    sight: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "1 is a scorer who learns of all that is filed; a firm knows its own customers' dealings", 0.1, 1.0
    )] = 1.0  # fmt: skip
    """Chance that one scorer learns of an entry, for each of them apart."""

    pooled: Annotated[bool, Unit("1"), Assumed(
        "the eight pilots were kept apart, and then made into one joint firm", 0, 1
    )] = False  # fmt: skip
    """Whether what one scorer knows all know; if not, a person's rights hang on one of them for good."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.floor <= self.start <= self.ceiling:
            raise ValueError("floor, start and ceiling must not cross")
        return self

    def steps(self) -> tuple[Step, ...]:
        """Open an account for everybody; look at ties, fade, settle."""
        seen = (*self._entries, RESTORED, COMPANY, SHIELDS, LOSS_CAP)
        steps = [
            Step("score.open", Phase.BEGIN, self._open, reads=(MERIT,), writes=(MERIT, SCORE)),
            Step("score.settle", Phase.JUDGE, self._settle, reads=seen,
                 writes=(MERIT, WRONG_POINTS, SCORE, SHOWN_SCORE), adds=(NOTICES, DIARY)),
            Step("score.tell", Phase.JUDGE, self._tell, reads=(SHIELDS,), writes=(STAKE,), every=MONTH),
        ]  # fmt: skip
        if self.memory or self.noise:
            writes = (MERIT, WRONG_POINTS, NOISED) if self.noise else (MERIT, WRONG_POINTS)
            fade = Step("score.fade", Phase.JUDGE, self._fade, writes=writes, every=MONTH)
            steps.insert(1, fade)
        if self._several:
            look = Step("score.see", Phase.JUDGE, self._see, reads=(FILED, MISFILED, RESTORED),
                        writes=(SEEN, MISSEEN, HIT_BY, WRONGLY_HIT_BY))  # fmt: skip
            steps.insert(1, look)
        if self.company:
            mix = Step("score.mix", Phase.ACT, self._mix, looks=(SCORE,), writes=(COMPANY,), ties=True,
                       every=self.mixing)  # fmt: skip
            steps.insert(1, mix)
        return tuple(steps)

    @property
    def _several(self) -> bool:
        return self.scorers > 1 or self.sight < 1

    @property
    def _entries(self) -> tuple[Column[np.uint16], Column[np.uint16]]:
        return (SEEN, MISSEEN) if self._several else (FILED, MISFILED)

    @cached_property
    def rulebook(self) -> tuple[I32s, I32s]:
        """Points in 1/64 gained and lost for every combination of acts, both shape (2**acts,) and >= 0."""
        book = self.model_dump()
        points = [(int(act), round(book.get(f"points_{act.name}".lower(), 0.0) * POINT)) for act in Act]
        gains, losses = np.zeros(_KINDS, np.int32), np.zeros(_KINDS, np.int32)
        for acts in range(_KINDS):
            each = [p for act, p in points if acts & act]
            gains[acts] = sum(p for p in each if p > 0)
            losses[acts] = -sum(p for p in each if p < 0)
        return gains, losses

    @cached_property
    def bounds(self) -> tuple[int, int, int]:
        """Floor, start and ceiling in 1/64 point."""
        return round(self.floor * POINT), round(self.start * POINT), round(self.ceiling * POINT)

    @cached_property
    def _told(self) -> np.uint64:
        return threshold(0.0 if self.publicity == "secret" else self.awareness)

    @cached_property
    def _keep(self) -> int:
        return round(exp(-MONTH / self.memory) * 2**32) if self.memory else 1 << 32

    def _open(self, view: View, now: Now) -> None:
        floor, start, ceiling = self.bounds
        merit = view[MERIT]
        given = np.clip(merit, floor, ceiling)
        merit[:] = np.where(merit == 0, np.uint16(start), given)
        view[SCORE][:] = merit

    def _mix(self, view: View, now: Now) -> None:
        start, neighbour, weight = view.ties()
        mix(start, neighbour, weight, view.all(SCORE), view[COMPANY])

    def _fade(self, view: View, now: Now) -> None:
        floor, start, ceiling = self.bounds
        fade(view.ids, view[MERIT], view[WRONG_POINTS], now.key, now.day, now.purpose("fade"),
             self._keep, round(self.noise * POINT), floor, start, ceiling)  # fmt: skip
        if self.noise:
            stray(view.ids, view[NOISED], now.key, now.day, now.purpose("fade"), self._keep,
                  round(self.noise * POINT))  # fmt: skip

    def _see(self, view: View, now: Now) -> None:
        see(view.ids, view[FILED], view[MISFILED], view[RESTORED], view[SEEN], view[MISSEEN], view[HIT_BY],
            view[WRONGLY_HIT_BY], now.key, now.day, now.purpose("learn"), now.purpose("scorer"), self.scorers,
            round(self.sight * FULL_SIGHT), self.pooled)  # fmt: skip

    def _tell(self, view: View, now: Now) -> None:
        mind(view.ids, view[SHIELDS], view[STAKE], now.key, now.purpose("aware"), self._told,
             self.company > 0)  # fmt: skip

    def _settle(self, view: View, now: Now) -> None:
        floor, _, ceiling = self.bounds
        gains, losses = self.rulebook
        filed, misfiled = self._entries
        settle(view.ids, view[filed], view[misfiled], view[RESTORED], view[SHIELDS], view[LOSS_CAP],
               view[MERIT], view[WRONG_POINTS], view[NOTICES], view[DIARY],
               now.key, now.purpose("aware"), self._told, gains, losses, floor, ceiling)  # fmt: skip
        blend(view[MERIT], view[COMPANY], view[SHIELDS], view[SCORE], view[SHOWN_SCORE],
              round(self.company * _FULL), self.publicity == "public")  # fmt: skip


@rule
def settled(
    merit: Whole, wrong: Whole, filed: Whole, misfiled: Whole, restored: Whole, gains: I32s, losses: I32s,
    floor: Whole, ceiling: Whole, most: Whole = _ANY,
) -> tuple[Whole, Whole, Whole, Whole]:  # fmt: skip
    """One person's merit and wrong points after today's entries, and what was lost rightly and wrongly.

    What is given back comes first, then gains, then losses, so that nobody is held at the floor by order.
    At most ``most`` is lost, what was lost rightly first.
    """
    if restored != 0:
        merit = min(merit + wrong, ceiling)
        wrong = 0
    merit = min(merit + gains[filed] + gains[misfiled], ceiling)
    after = max(merit - min(losses[filed], most), floor)
    left = max(after - min(losses[misfiled], most - (merit - after)), floor)
    return left, min(wrong + after - left, 65535), merit - after, after - left


@kernel
def blend(
    merit: U16s, company: U16s, shields: U16s, score: U16s, shown: U16s, weight: int, public: bool
) -> None:  # fmt: skip
    """Mix merit and company, weight in 1/65,536, and show it if ``public``; in 32 bits, so vectorised."""
    mine, theirs, half = np.uint32(_FULL - weight), np.uint32(weight), np.uint32(_FULL // 2)
    for i in range(len(merit)):
        other = merit[i] if (company[i] == 0) | ((shields[i] & _APART) != 0) else company[i]
        mixed = np.uint32(merit[i] * mine + other * theirs + half) >> np.uint32(16)
        score[i] = np.uint16(mixed)
        shown[i] = np.uint16(mixed if public & ((shields[i] & _PRIVATE) == 0) else 0)


@kernel
def settle(
    ids: U32s, filed: U16s, misfiled: U16s, restored: U8s, shields: U16s, caps: U16s,
    merit: U16s, wrong: U16s, notices: U8s, diary: U64s,
    key: U64, purpose: U32, told: U64, gains: I32s, losses: I32s, floor: int, ceiling: int,
) -> None:  # fmt: skip
    """Apply today's entries; a day takes at most what ``caps`` says (0 any), and nothing from a minor.

    Most people have no entry on most days: a first pass without a branch finds those who have.
    """
    mark, some, top = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64), np.uint16(ceiling)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        said, lied = filed[first : first + n], misfiled[first : first + n]
        back, mine = restored[first : first + n], merit[first : first + n]
        for k in range(n):
            mark[k] = np.uint8((said[k] | lied[k]) != 0) | back[k]
            mine[k] = min(mine[k], top)
        count = 0
        for k in range(n):
            some[count] = first + k
            count += int(mark[k] != 0)
        for i in some[:count]:
            right, false = np.int64(filed[i]) & (_KINDS - 1), np.int64(misfiled[i]) & (_KINDS - 1)
            if (misfiled[i] | restored[i]) == 0 and losses[right] == 0:
                merit[i] = min(np.int64(merit[i]) + gains[right], ceiling)
                continue
            most = np.int64(caps[i]) if caps[i] != 0 else _ANY
            most = 0 if (shields[i] & _MINOR) != 0 else most
            left, owed, lost, lost_wrongly = settled(
                np.int64(merit[i]), np.int64(wrong[i]), right, false, np.int64(restored[i]), gains, losses,
                floor, ceiling, most,
            )  # fmt: skip
            merit[i] = left
            wrong[i] = owed
            diary[i] |= (_LOST if lost > 0 else _NOTHING) | (_LOST_WRONGLY if lost_wrongly > 0 else _NOTHING)
            if lost + lost_wrongly > 0 and (right | false) & _ADVERSE:
                luck, _ = draw(key, ids[i], 0, when(0, 0), purpose)
                if luck < told:
                    notices[i] += np.uint8(1)


@rule
def faded(distance: Whole, keep: Whole, luck: Whole) -> Whole:
    """``distance * keep / 2**32``, rounded up or down by a 32-bit ``luck`` so that the mean is exact."""
    return (distance * keep + luck) >> 32


@kernel
def fade(
    ids: U32s, merit: U16s, wrong: U16s, key: U64, day: int, purpose: U32, keep: int, noise: int,
    floor: int, start: int, ceiling: int,
) -> None:  # fmt: skip
    """Pull merit towards the start, wrong points towards nothing, and add the noise, evens up or down."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            luck = np.int64(one[k] >> np.uint64(32))
            other = np.int64(one[k] & np.uint64(0xFFFF_FFFF))
            push = noise if two[k] >> np.uint64(63) else -noise
            moved = start + faded(np.int64(merit[i]) - start, keep, luck) + push
            merit[i] = min(max(moved, floor), ceiling)
            wrong[i] = faded(np.int64(wrong[i]), keep, other)


@kernel
def stray(ids: U32s, noised: U16s, key: U64, day: int, purpose: U32, keep: int, noise: int) -> None:
    """Keep account of the noise that ``fade`` adds, by the same draws."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            push = noise if two[k] >> np.uint64(63) else -noise
            left = faded(np.int64(noised[i]) - NO_NOISE, keep, np.int64(one[k] >> np.uint64(32)))
            noised[i] = min(max(NO_NOISE + left + push, 0), 65535)
