"""Separation: a safeguard by which files stay with whoever made them and are not crossed.

Into the file of whoever is covered enter only what the authority that keeps it saw itself (the kinds that
``registry`` calls its own), and only its own errors: the chance of an adverse error is e again, and no longer
1 - (1 - e)**k with k registries crossed.

Left out: what each of the others does with its own file; a bank goes on remembering its loans.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from glasstown.core.cover import protect
from glasstown.core.mechanism import Mechanism, Now, Phase, Step, View
from glasstown.core.units import Assumed, Unit
from glasstown.core.vocabulary import SHIELDS, Shield


class Separation(Mechanism):
    """Whose files are not crossed."""

    neutral: ClassVar[dict[str, object]] = {"strength": 0.0}

    strength: Annotated[float, Field(ge=0, le=1), Unit("1"), Assumed(
        "full strength is a ban on crossing; a part is people who hold the right and claim it", 0.0, 1.0
    )] = 1.0  # fmt: skip
    """Share of people, always the same ones, whose files are kept apart."""

    def steps(self) -> tuple[Step, ...]:
        """Say in the morning who is covered."""
        return (Step("separation.cover", Phase.ACT, self._cover, adds=(SHIELDS,)),)

    def _cover(self, view: View, now: Now) -> None:
        protect(view, now, SHIELDS, self.strength, Shield.SEPARATE)
