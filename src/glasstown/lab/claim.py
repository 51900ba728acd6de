"""A claim: a sentence, the arms that put it to the test, and what would make it true."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from glasstown.lab.claim_measure import Expression
from glasstown.scenario.files import NAME

FROZEN = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

Text = Annotated[str, Field(max_length=2_000)]
Name = Annotated[str, Field(pattern=rf"^{NAME.pattern}$")]
Direction = Literal["more", "less", "same"]


@dataclass(frozen=True, slots=True)
class Arm:
    """One side of a claim: a scenario, shipped or the path of a file, and ``KEY=VALUE`` laid over it."""

    name: str
    scenario: str
    settings: tuple[str, ...] = ()


class Words(BaseModel):
    """A text in both languages."""

    model_config = FROZEN

    en: Text
    """In English."""

    fr: Text = ""
    """In French."""


class Horizon(BaseModel):
    """How long and how many: the same in all arms."""

    model_config = FROZEN

    days: Annotated[int, Field(ge=1, le=36_525)] = 365
    """Days that the arms live."""

    people: Annotated[int, Field(ge=100, le=100_000_000)] = 20_000
    """People of their town."""


class Condition(BaseModel):
    """One thing that must be so if the claim is true."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)

    measure: Expression
    """What is looked at."""

    direction: Direction
    """How the second arm of the pair must stand to the first, or ``arm`` to ``than``."""

    matters: float
    """The smallest difference that matters, in the measure's unit, or, if ``relative``, as a share."""

    relative: bool
    """Whether ``matters`` is a share of what is compared with."""

    because: Words
    """Why less would not matter."""

    between: tuple[str, str]
    """The arms compared: without and with what is claimed."""

    arm: str
    """The one arm that is held against ``than``; "" if two are compared."""

    than: float | None
    """The number that it is held against."""

    def holds(self, one: float, other: float) -> bool:
        """Whether it is so, with ``one`` in the first arm (or ``than``) and ``other`` in the second.

        No difference at all never makes more or less, however little matters; not a number is never so.
        """
        least = self.matters * abs(one) if self.relative else self.matters
        if self.direction == "same":
            return other == one or abs(other - one) < least
        gain = other - one if self.direction == "more" else one - other
        return gain > 0 and gain >= least

    def __str__(self) -> str:
        by = f"{self.matters * 100:g} %" if self.relative else f"{self.matters:g}"
        if self.arm:
            how = {"more": "above", "less": "below", "same": "near"}[self.direction]
            margin = f" by {by}" if self.matters else ""
            return f"{self.measure} in {self.arm} {how} {self.than:g}{margin}"
        how = {"more": "more", "less": "less", "same": "the same"}[self.direction]
        margin = f"within {by}" if self.direction == "same" else f"by {by}"
        return f"{self.measure} {how} in {self.between[1]} than in {self.between[0]}, {margin}"


class Claim(BaseModel):
    """A claim as its file tells it. It is true if all of ``conditions`` hold; ``shows`` decide nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, arbitrary_types_allowed=True)

    id: str
    sentence: Words
    said_by: str
    source: str
    arms: tuple[Arm, ...]
    between: tuple[str, str]
    differs: tuple[str, ...]
    conditions: tuple[Condition, ...]
    shows: tuple[Expression, ...]
    horizon: Horizon
    cannot_tell: Words
    needs: str

    @property
    def decidable(self) -> bool:
        """Whether all that it is decided by is measured."""
        return not self.needs

    def arm(self, name: str) -> Arm:
        """An arm by its name. Raises KeyError."""
        for each in self.arms:
            if each.name == name:
                return each
        raise KeyError(name)
