"""Anonymity: a safeguard by which what is said online cannot be tied to the name of whoever said it.

It takes back proof of identity for the people covered: the institution that attributes what is said online
(``realname``) skips them, and so do those who learn from having been attributed.

Left out: names given away freely, or found by other means: by style, by devices, by friends.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from glasstown.core.cover import protect
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import SHIELDS, Shield


class Anonymity(Mechanism):
    """Whose words online have no name."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength is no proof of identity for anybody; a part is a part of the services", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, whose acts online cannot be attributed."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning who is covered."""
        return (Step("anonymity.cover", Phase.ACT, self._cover, adds=(SHIELDS,)),)

    def _cover(self, view: View, now: Now) -> None:
        protect(view, now, SHIELDS, self.strength, Shield.ANONYMOUS)
