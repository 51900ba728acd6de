"""Two institutions that do nothing and a town, with every kind of parameter: for tests of scenarios alone."""

from enum import Enum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from glasstown.core.mechanism import Mechanism
from glasstown.core.units import Assumed, Estimated, Source, Unit


class Ring(Enum):
    INNER = "inner"
    OUTER = "outer"


class Places(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    centre: Annotated[float, Field(ge=0), Unit("1/km2"), Assumed("busy", 1, 9)] = 5.0
    """Cameras in the centre."""

    edge: Annotated[float, Field(ge=0), Unit("1/km2")] = 1.0
    """Cameras at the edge."""


class Cameras(Mechanism):
    """Eyes."""

    recall: Annotated[float, Field(ge=0, le=1), Unit("1"), Source("nist", "table 2")] = 0.7
    """Share of those sought that are found."""

    servers: Annotated[int, Field(gt=0), Unit("1"), Assumed("a small centre", 1, 9)] = 3
    """Searches at a time."""

    mode: Annotated[Literal["fixed", "adaptive"], Assumed("common", 0, 1)] = "fixed"
    """Which threshold."""

    ring: Ring = Ring.INNER
    """Where they stand."""

    waiting: bool = True
    """Whether searches wait."""

    places: Places = Places()


class Score(Mechanism):
    """Points."""

    weight: Annotated[float, Field(ge=0, lt=1), Unit("1"), Estimated("daymude", "section 4", 0, 0.5)] = 0.05
    """Weight of friends."""

    memory: Annotated[int, Field(ge=1, le=65_535), Unit("day"), Assumed("a month", 7, 365)] = 30
    """How long a point is kept."""

    steps_at: Annotated[tuple[int, ...], Field(max_length=8), Unit("point")] = (400, 600)
    """Where doors open."""

    acts: dict[str, Annotated[int, Field(ge=-100, le=100)]] = Field(
        default_factory=lambda: {"jaywalking": -5}
    )
    """Points for each act."""

    floor: Annotated[int, Field(ge=0), Unit("point")] = 350
    """The least."""

    ceiling: Annotated[int, Field(ge=0), Unit("point")] = 950
    """The most."""

    @model_validator(mode="after")
    def _ordered(self) -> "Score":
        if self.floor > self.ceiling:
            raise ValueError(f"floor {self.floor} lies above ceiling {self.ceiling}")
        return self


class Town(BaseModel):
    """A town."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    people: Annotated[int, Field(ge=0, le=2_000_000_000), Unit("people")] = 1_000
    """How many live there."""

    ties: str = ""
    """The user's own ties: a file."""


SMALL: dict[str, type[Mechanism]] = {"cameras": Cameras, "score": Score}
