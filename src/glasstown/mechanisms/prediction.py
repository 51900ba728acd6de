"""Prediction: a risk from the files, a flag with a recall and a specificity, and training on its own outcome.

Each round some people are about to do a rare thing. Of these the institution flags a share (recall); of all
others it spares a share (specificity). Bayes: with base rate p, recall r and specificity s the share of flags
that are right is p r/(p r + (1 - p)(1 - s)). What everybody really was about to do is kept beside the flag,
and no institution reads it. The risk is learned from what is found about people, and people are looked at
according to the risk: of whom risk theta is said, something is found with chance mu + epsilon theta. The next
risk is the mean of what was found, which minimises the squared error (repeated risk minimisation, Perdomo
et al. 2020). That mu/(1 - epsilon) is its fixed point here, reached by a factor epsilon a round while conduct
stays mu, is derived by us from that rule. People with an adverse record, true or false, are trained apart and
looked at more: flags rise with their risk. In a town the outcome may be what was filed about them instead.

Left out: any technique of prediction, features other than a record and reports, groups, places (patrols are
another institution's), ages, and any effect of being looked at on conduct.
"""

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from pydantic import Field, model_validator

from glasstown.core.columns import Column, Tally
from glasstown.core.few import noted
from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import fill, threshold, when
from glasstown.core.typing import U32, U64, I64s, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Source, Unit
from glasstown.core.vocabulary import (
    ADVERSE,
    ALIVE,
    DIARY,
    FILED,
    FLAGGED,
    MISFILED,
    MISRECORDED_SINCE,
    PRESSURE,
    RECORDED_SINCE,
    SHIELDS,
    SUSPICION,
    Event,
    Shield,
)

RISK = Column("risk", np.uint32, "2**-32", "risk said of the person: chance of a find in a round")
BOUND = Column("bound", np.uint8, "1", "1 if given as about to do the rare thing in every round")
RIGHT_FLAGS = Column("right_flags", np.uint16, "1", "rounds in which the person was flagged rightly")
WRONG_FLAGS = Column("wrong_flags", np.uint16, "1", "rounds in which the person was flagged wrongly")

KNOWN = Column("known_then", np.uint8, "1", "1 if held to be on file or reported when last flagged or spared")
ENTERED = Column(
    "entered_since", np.uint8, "1", "1 if an adverse entry, true or false, was filed in this round"
)
NAMED_SINCE = Column("named_since", np.uint16, "day+1", "somebody else last gave a reason to look, 0 never")

RIGHTLY = Tally("flags_right", "1", "people flagged who were about to do it")
WRONGLY = Tally("flags_wrong", "1", "people flagged who were not")
MISSED = Tally("flags_missed", "1", "people not flagged who were about to do it")
STRUCK = Tally("flags_struck", "1", "flags struck by a person who reviewed them, right or wrong")
LOOKED = Tally("looked_at", "1", "people without an adverse record who were looked at")
LOOKED_FILED = Tally("looked_at_filed", "1", "people with an adverse record who were looked at")
FINDS = Tally("finds", "1", "people without an adverse record of whom something was found")
FINDS_FILED = Tally("finds_filed", "1", "people with an adverse record of whom something was found")
FINDS_MADE = Tally("finds_made", "1", "finds, of both, that are there only because of the risk said before")

UNIT = 2**32
"""A risk of 1."""

TOP = 65535
"""Flags of one person are counted up to this."""

_ADVERSE = np.uint16(ADVERSE)
_RIGHT, _WRONG = np.uint64(Event.FLAGGED), np.uint64(Event.MISFLAGGED)
_STRUCK, _NOTHING = np.uint64(Event.DISMISSED_MATCH), np.uint64(0)
_IF_TRUE, _IF_FALSE = np.uint16(Shield.DISMISS_TRUE), np.uint16(Shield.DISMISS_FALSE)
_APART = np.uint16(Shield.SEPARATE)


class Prediction(Mechanism):
    """Whom a forecast flags, how often it is right, and what it learns from its own doing."""

    neutral: ClassVar[dict[str, object]] = {
        "base_rate": 0.0, "recall": 0.0, "specificity": 1.0, "found": 0.0, "feedback": 0.0, "attention": 0.0,
        "prior": 0.0,
    }  # fmt: skip

    base_rate: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "the worked example of Bayes' law (G24); acts of terror are rarer by far", 0.0, 0.1
    )] = 1e-4  # fmt: skip
    """Share of people who are about to do the rare thing in a round."""

    recall: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "the worked example of Bayes' law (G24): better than any forecast of people known", 0.1, 1.0
    )] = 0.9  # fmt: skip
    """Share of these who are flagged."""

    specificity: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "the worked example of Bayes' law (G24): one false flag in a hundred", 0.9, 1.0
    )] = 0.99  # fmt: skip
    """Share of all others, if they have no record, who are not flagged."""

    period: Annotated[int, Field(ge=1, le=3650), Unit("day"), Assumed(
        "a month; only the pace of everything depends on it", 1, 365
    )] = 30  # fmt: skip
    """Days of a round: people are looked at on its first day, trained on and flagged on the next."""

    found: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "something reportable in one of fifty lives a round; only the ratio of risks matters here", 0.0, 0.2
    )] = 0.02  # fmt: skip
    """Chance that something is found of a person in a round, were nobody looked at more for a risk (mu)."""

    feedback: Annotated[float, Field(ge=0, lt=1), Unit("1"), Assumed(
        "no measurement; 0 is a forecast that changes nothing, near 1 one that finds what it says", 0.0, 0.9
    )] = 0.5  # fmt: skip
    """How much of a risk comes true because it was said (epsilon)."""

    attention: Annotated[float, Field(ge=0, lt=1), Unit("1"), Assumed(
        "no measurement; 0 looks at those on file like at others", 0.0, 0.4
    )] = 0.2  # fmt: skip
    """What is added to ``feedback`` for people with an adverse record."""

    prior: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "equal to found: trained first on a time in which nobody was looked at for a risk", 0.0, 1.0
    )] = 0.02  # fmt: skip
    """Risk said of everybody before the first training."""

    outcome: Annotated[Literal["looks", "files"], Unit("1"), Source(
        "perdomo-2020", "section 2: what data follow depends on what was said; here by looking, or by filing"
    )] = "looks"  # fmt: skip
    """What is trained on: finds of its own looking (``found``, ``feedback``), or what the town filed."""

    heeds: Annotated[int, Field(ge=0, le=3650), Unit("day"), Assumed(
        "0 counts adverse records alone; a report may be remembered for as long as anybody likes", 0, 365
    )] = 0  # fmt: skip
    """Days for which somebody named by others (a report) is treated like somebody on file; 0 never."""

    enough: Annotated[bool, Unit("1"), Assumed(
        "most flagged in one week of a campaign were sent to camps (G10, not a stationary rate)", 0, 1
    )] = False  # fmt: skip
    """Whether a new flag alone is a reason to detain."""

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.found + self.feedback + self.attention > 1:
            raise ValueError("found, feedback and attention together must not exceed 1")
        return self

    def steps(self) -> tuple[Step, ...]:
        """Say a first risk; note what others name and file; train on yesterday's finds and flag; look."""
        filed = (RECORDED_SINCE, MISRECORDED_SINCE)
        counts = (LOOKED, LOOKED_FILED, FINDS, FINDS_FILED)
        named = (NAMED_SINCE,) if self.heeds else ()
        steps = [
            Step("prediction.begin", Phase.BEGIN, self._begin, writes=(RISK,)),
            Step("prediction.flag", Phase.JUDGE, self._flag, reads=(*filed, *named, BOUND, ALIVE, SHIELDS),
                 writes=(RISK, KNOWN, FLAGGED, RIGHT_FLAGS, WRONG_FLAGS),
                 adds=(DIARY, PRESSURE) if self.enough else (DIARY,),
                 counts=(RIGHTLY, WRONGLY, MISSED, STRUCK), recalls=counts),
            Step("prediction.point", Phase.JUDGE, self._point, reads=(FLAGGED,), adds=(SUSPICION,)),
        ]  # fmt: skip
        if self.outcome == "looks":
            steps.append(Step("prediction.look", Phase.INTERVENE, self._look,
                              reads=(*filed, *named, RISK, ALIVE), counts=(*counts, FINDS_MADE),
                              every=self.period))  # fmt: skip
        else:
            steps.insert(1, Step("prediction.enter", Phase.JUDGE, self._enter, reads=(FILED, MISFILED),
                                 writes=(ENTERED,)))  # fmt: skip
            steps.append(Step("prediction.gather", Phase.INTERVENE, self._gather, reads=(KNOWN, ALIVE),
                              writes=(ENTERED,), counts=counts, every=self.period))  # fmt: skip
        if self.heeds:
            steps.insert(
                1, Step("prediction.note", Phase.JUDGE, self._note, reads=(SUSPICION, SHIELDS), writes=named)
            )
        return tuple(steps)

    def precision(self) -> float:
        """Share of flags that are right with nobody on file: p r/(p r + (1 - p)(1 - s)), 0 without flags."""
        right = self.base_rate * self.recall
        flags = right + (1 - self.base_rate) * (1 - self.specificity)
        return right / flags if flags > 0 else 0.0

    def stable(self, filed: bool = False) -> float:
        """The risk that training reproduces, of people on file or not: theta = mu + epsilon theta, solved."""
        return self.found / (1 - self.feedback - filed * self.attention)

    def alarms(self, clean: float, filed: float, share: float = 0.0) -> tuple[float, float]:
        """Chance of a false flag without and with an adverse record, given the risks said of both.

        In proportion to the risks, and ``1 - specificity`` over all people, of whom a ``share`` is on file.
        """
        each = 1 - self.specificity
        mean = (1 - share) * clean + share * filed
        return (min(1.0, each * clean / mean), min(1.0, each * filed / mean)) if mean > 0 else (each, each)

    def _begin(self, view: View, now: Now) -> None:
        risk = view[RISK]
        risk[risk == 0] = scaled(self.prior)

    def _known(self, view: View, now: Now) -> U8s:
        """Who has an adverse record, or was named by somebody of late."""
        recorded, misrecorded = view[RECORDED_SINCE], view[MISRECORDED_SINCE]
        known = (recorded | misrecorded) != 0
        if self.heeds:
            named = view[NAMED_SINCE].astype(np.int64)
            known |= (named != 0) & (now.day + 1 - named < self.heeds)
        mine: U8s = known.view(np.uint8)
        return mine

    def _note(self, view: View, now: Now) -> None:
        note(view[SUSPICION], view[SHIELDS], view[NAMED_SINCE], now.day)

    def _enter(self, view: View, now: Now) -> None:
        enter(view[FILED], view[MISFILED], view[ENTERED], _ADVERSE)

    def _gather(self, view: View, now: Now) -> None:
        """Count who had an adverse entry since the last round, by what was known of them then."""
        known, entered, alive = view[KNOWN], view[ENTERED], view[ALIVE] != 0
        for looked, finds, which in ((LOOKED, FINDS, known == 0), (LOOKED_FILED, FINDS_FILED, known != 0)):
            view.count(looked)[0] += np.count_nonzero(which & alive)
            view.count(finds)[0] += np.count_nonzero(which & alive & (entered != 0))
        entered[:] = 0

    def _point(self, view: View, now: Now) -> None:
        np.add(view[SUSPICION], view[FLAGGED], out=view[SUSPICION])

    def _flag(self, view: View, now: Now) -> None:
        looked = now.yesterday(LOOKED), now.yesterday(LOOKED_FILED)
        if sum(looked) == 0:
            return
        said = trained(looked, (now.yesterday(FINDS), now.yesterday(FINDS_FILED)))
        view[KNOWN][:] = self._known(view, now)
        flag(view.ids, view[KNOWN], view[ALIVE], view[BOUND], view[SHIELDS], view[RISK], view[FLAGGED],
             view[RIGHT_FLAGS], view[WRONG_FLAGS], view[DIARY], view.count(RIGHTLY), view.count(WRONGLY),
             view.count(MISSED), view.count(STRUCK), now.key, now.day, now.purpose("flag"), scaled(said[0]),
             scaled(said[1]), self._thresholds(*said, looked[1] / sum(looked)),
             threshold(self.recall))  # fmt: skip
        if self.enough:
            np.add(view[PRESSURE], view[FLAGGED], out=view[PRESSURE])

    def _thresholds(self, clean: float, filed: float, share: float) -> U64s:
        """Of one draw: flagged rightly; about to do it; or flagged wrongly, without and with a record."""
        p = self.base_rate
        chances = [p * self.recall, p, *(p + (1 - p) * each for each in self.alarms(clean, filed, share))]
        return np.array([threshold(min(chance, 1.0)) for chance in chances], np.uint64)

    def _look(self, view: View, now: Now) -> None:
        pull = [int(e * UNIT) for e in (self.feedback, self.feedback + self.attention)]
        look(view.ids, self._known(view, now), view[ALIVE], view[RISK], view.count(LOOKED),
             view.count(LOOKED_FILED), view.count(FINDS), view.count(FINDS_FILED), view.count(FINDS_MADE),
             now.key, now.day, now.purpose("look"), threshold(self.found),
             np.array(pull, np.uint64))  # fmt: skip


def scaled(share: float) -> np.uint32:
    """A share in [0, 1] in units of 2**-32, at most 2**32 - 1."""
    return np.uint32(min(round(share * UNIT), UNIT - 1))


def trained(looked: tuple[int, int], finds: tuple[int, int]) -> tuple[float, float]:
    """The risks that minimise the squared error on yesterday's finds: their mean, without and with a record.

    Where nobody has, or nobody lacks, a record, the mean of all stands for them.
    """
    everybody = sum(finds) / sum(looked)
    clean, filed = (f / n if n > 0 else everybody for f, n in zip(finds, looked, strict=True))
    return clean, filed


@kernel
def note(suspicion: U8s, shields: U16s, since: U16s, day: int) -> None:
    """Note who was named by others today; a report is theirs, and not crossed into files kept apart."""
    today = np.uint16(day + 1)
    for i in range(len(since)):
        named = (suspicion[i] != 0) & ((shields[i] & _APART) == 0)
        since[i] = today if named else since[i]


@kernel
def enter(filed: U16s, misfiled: U16s, entered: U8s, adverse: np.uint16) -> None:
    """Note of whom something adverse was filed today."""
    for i in range(len(filed)):
        entered[i] |= np.uint8(((filed[i] | misfiled[i]) & adverse) != 0)


@rule
def outcome(u: U64, bound: bool, filed: int, t: U64s, t_recall: U64) -> int:
    """0: neither flagged nor about to do it; 1: flagged rightly; 2: flagged wrongly; 3: missed."""
    if bound:
        return 1 if u < t_recall else 3
    if u < t[1]:
        return 1 if u < t[0] else 3
    return 2 if u < t[2 + filed] else 0


@rule
def struck(what: int, shields: np.uint16) -> bool:
    """Whether a person who reviews the flag strikes it: a right one by mistake, or a wrong one."""
    mistaken = (what == 1) & ((shields & _IF_TRUE) != 0)
    return bool(mistaken | ((what == 2) & ((shields & _IF_FALSE) != 0)))


@kernel
def flag(
    ids: U32s, known: U8s, alive: U8s, bound: U8s, shields: U16s, risk: U32s, flagged: U8s, right: U16s,
    wrong: U16s, diary: U64s, rightly: I64s, wrongly: I64s, missed: I64s, strikes: I64s, key: U64, day: int,
    purpose: U32, clean: U32, dirty: U32, t: U64s, t_recall: U64,
) -> None:  # fmt: skip
    """Say a risk of everybody by what is known, flag, and let those who review strike flags.

    Most people are not concerned: a first pass without a branch finds those who are.
    """
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    mark, some, most = np.empty(BLOCK, np.uint8), np.empty(BLOCK + 1, np.int64), max(t[1], t[2], t[3])
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            risk[i] = dirty if known[i] else clean
            flagged[i] = np.uint8(0)
            mark[k] = np.uint8(((one[k] < most) | (bound[i] != 0)) & (alive[i] != 0))
        for k in some[: noted(mark, n, some)]:
            i = first + k
            what = outcome(one[k], bound[i] != 0, int(known[i]), t, t_recall)
            spared = struck(what, shields[i])
            if spared:
                what = 3 if what == 1 else 0
            flagged[i] = np.uint8((what == 1) | (what == 2))
            right[i] = np.uint16(right[i] + ((what == 1) & (right[i] < TOP)))
            wrong[i] = np.uint16(wrong[i] + ((what == 2) & (wrong[i] < TOP)))
            diary[i] |= _RIGHT if what == 1 else _WRONG if what == 2 else _STRUCK if spared else _NOTHING
            rightly[0] += what == 1
            wrongly[0] += what == 2
            missed[0] += what == 3
            strikes[0] += spared


@kernel
def look(
    ids: U32s, known: U8s, alive: U8s, risk: U32s, looked: I64s, looked_filed: I64s, finds: I64s,
    finds_filed: I64s, made: I64s, key: U64, day: int, purpose: U32, t_found: U64, pull: U64s,
) -> None:  # fmt: skip
    """Look at everybody, the more the higher the risk said, and count what is found: mu + epsilon theta."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    for first in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - first)
        fill(key, ids[first : first + n], when(day, 0), purpose, one[:n], two[:n])
        for k in range(n):
            i = first + k
            filed, here = int(known[i]), int(alive[i] != 0)
            hit = (one[k] < t_found + np.uint64(risk[i]) * pull[filed]) & (here == 1)
            looked[0] += (1 - filed) * here
            looked_filed[0] += filed * here
            finds[0] += hit & (filed == 0)
            finds_filed[0] += hit & (filed == 1)
            made[0] += hit & (one[k] >= t_found)
