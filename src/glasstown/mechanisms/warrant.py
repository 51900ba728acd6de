"""Warrant: a safeguard by which only those are searched for by face whom a judge has named.

Whoever is covered is named in no warrant and so is in no gallery: no search can return the name, rightly or
by mistake, and the gallery shrinks by the share of people covered, so that at a fixed threshold others are
named wrongly less often too, FPIR(N (1 - s)). A face without a mate in the gallery is a search that cannot
succeed: what it can still do is to name a look-alike who is in it.

Left out: the judge, who may refuse or not read; warrants that end; searches made without one.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from glasstown.core.cover import protect
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import SHIELDS, Shield


class Warrant(Mechanism):
    """Who may not be searched for by face."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength shows what the rule can do; how many warrants courts would give is unknown", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, for whom no warrant is given."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning who is covered."""
        return (Step("warrant.cover", Phase.ACT, self._cover, adds=(SHIELDS,)),)

    def _cover(self, view: View, now: Now) -> None:
        protect(view, now, SHIELDS, self.strength, Shield.UNNAMED)
