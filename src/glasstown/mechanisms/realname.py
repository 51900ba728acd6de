"""Real names: how much of what is said online can be tied to whoever said it.

Proof of identity to open an account makes an account of a person. Of what people say beyond what is
tolerated, a share is said online; where the account is verified and the words can be traced, they have a
name, and may be passed on to the file. A second telephone and the safeguard of anonymity defeat it.

A name alone does nothing here: what follows from it is done by whoever files, scores or detains, and by
what people learn from having been named. That is what Korea's law of 2007 showed, which was followed by no
lasting fall in participation (Cho & Kim 2012).

Left out: accounts in the name of somebody else, deletion of posts, people who give up their account, and
kinder language under one's own name.
"""

from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field

from glasstown.core.kernels import BLOCK, kernel, rule
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.rng import draw, threshold, when
from glasstown.core.typing import U32, U64, U8s, U16s, U32s, U64s
from glasstown.core.units import Assumed, Estimated, Unit
from glasstown.core.vocabulary import (
    ATTRIBUTED,
    DIARY,
    ENTRIES,
    EVADING,
    SHIELDS,
    Act,
    Evasion,
    Event,
    Shield,
)

Whole = int | np.int64

_SAID, _NAMED = np.uint64(Event.CRITICISED), np.uint64(Event.ATTRIBUTED)
_CRITICISE = np.uint16(Act.CRITICISE)
_HIDDEN, _PHONE = np.uint16(Shield.ANONYMOUS), np.uint8(Evasion.SECOND_PHONE)
_NO_WORD, _NO_SHIELD, _NO_WAY = np.uint64(0), np.uint16(0), np.uint8(0)


class Realname(Mechanism):
    """Which words have a name."""

    neutral: ClassVar[dict[str, object]] = {"attribution": 0.0}

    attribution: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "under a verified account everything has a name; less where traces are lost or nobody looks", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Chance that what is said online under a verified account is tied to the name."""

    verified: Annotated[float, Field(ge=0, le=1), Unit("1"), Estimated(
        "register-2012", "55 % of new accounts of a large site passed the check in its first year (E14)",
        0.3, 1.0
    )] = 0.55  # fmt: skip
    """Share of people, always the same ones, whose account is tied to a proof of identity."""

    online: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "most people have an account; where they say such things was not measured", 0.05, 0.9
    )] = 0.3  # fmt: skip
    """Share of what is said beyond what is tolerated that is said online."""

    passed_on: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "the site reports all that it can name; 0 is a law under which names are kept and nothing follows",
        0.0, 1.0
    )] = 1.0  # fmt: skip
    """Chance that what was tied to a name is passed on to the file."""

    def steps(self) -> tuple[Step, ...]:
        """Tie what was said today to names."""
        # What was said stands in the diary since the phase of acts; no step of this phase adds that bit.
        return (Step("realname.tie", Phase.OBSERVE, self._tie, reads=(SHIELDS, EVADING), writes=(ATTRIBUTED,),
                     adds=(DIARY, ENTRIES)),)  # fmt: skip

    @property
    def share(self) -> float:
        """Share of what is said that is tied to a name, of people without protection."""
        return self.online * self.verified * self.attribution

    def _tie(self, view: View, now: Now) -> None:
        if self.share > 0:
            tie(view.ids, view[SHIELDS], view[EVADING], view[ATTRIBUTED], view[DIARY], view[ENTRIES], now.key,
                now.day, now.purpose("tie"), now.purpose("verified"),
                threshold(self.online * self.attribution), threshold(self.verified),
                threshold(self.passed_on))  # fmt: skip


@rule
def open_to(shields: np.uint16, evading: np.uint8) -> bool:
    """Whether nothing stands between a person's words online and the name."""
    return bool(((shields & _HIDDEN) == _NO_SHIELD) & ((evading & _PHONE) == _NO_WAY))


@kernel
def tie(
    ids: U32s, shields: U16s, evading: U8s, attributed: U8s, diary: U64s, entries: U16s, key: U64, day: int,
    purpose: U32, trait: U32, t_named: U64, t_verified: U64, t_passed: U64,
) -> None:  # fmt: skip
    """Name those who said too much today, online and under a verified account, and pass it on."""
    some = np.empty(BLOCK + 1, np.int64)
    for first in range(0, len(ids), BLOCK):
        n, count = min(BLOCK, len(ids) - first), 0
        for i in range(first, first + n):
            some[count] = i
            count += int((diary[i] & _SAID) != _NO_WORD)
        for i in some[:count]:
            if not open_to(shields[i], evading[i]):
                continue
            u, v = draw(key, int(ids[i]), 0, when(day, 0), purpose)
            if u < t_named and draw(key, int(ids[i]), 0, when(0, 0), trait)[0] < t_verified:
                attributed[i] = np.uint8(1)
                diary[i] |= _NAMED
                if v < t_passed:
                    entries[i] |= _CRITICISE
