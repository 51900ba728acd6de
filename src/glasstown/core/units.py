"""What a parameter carries besides its value: a unit, and where the value comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of a value, "1" for a share or a count."""

    symbol: str


@dataclass(frozen=True, slots=True)
class Source:
    """A published document: a key of sources.toml, and where in it the value stands."""

    key: str
    where: str


@dataclass(frozen=True, slots=True)
class Estimated:
    """A published value used outside its own setting, or with an interval: source, place, range to vary."""

    key: str
    where: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Assumed:
    """No document gives this value: why this one, and over what range to vary it."""

    why: str
    low: float
    high: float


Origin = Source | Estimated | Assumed
