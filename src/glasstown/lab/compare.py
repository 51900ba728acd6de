"""Twins: the same people and the same draws under two scenarios, and what differs between them."""

from dataclasses import dataclass

from glasstown.errors import ScenarioError
from glasstown.lab.outcome import Outcome
from glasstown.measures.paired import Difference, differences
from glasstown.scenario.model import Scenario


@dataclass(frozen=True)
class Pair:
    """Two arms that share their people and draws; ``differences`` in the order of MEASURES, then by level."""

    without: Outcome
    with_: Outcome
    differences: tuple[Difference, ...]

    def difference(self, measure: str, by: str = "all", level: int = 0) -> Difference:
        """One difference. Raises KeyError for a measure that neither arm has."""
        for each in self.differences:
            if (each.measure, each.by, each.level) == (measure, by, level):
                return each
        raise KeyError(f"neither arm has {measure} by {by}, level {level}")


def pair(without: Outcome, with_: Outcome) -> Pair:
    """Compare two outcomes. Raises ScenarioError if they are not twins."""
    refuse_strangers(without.scenario, with_.scenario)
    return Pair(without, with_, tuple(differences(without.totals, with_.totals)))


def refuse_strangers(one: Scenario, other: Scenario) -> None:
    """Raise ScenarioError unless both have the same town, days, seed and replicate."""
    for what in ("town", "run"):
        mine, yours = getattr(one, what), getattr(other, what)
        fields = type(mine).model_fields
        differing = [n for n in fields if getattr(mine, n) != getattr(yours, n, None)]
        differing = [n for n in differing if n != "language"]
        if differing:
            raise ScenarioError(
                f"{one.name} and {other.name} are no twins: [{what}] {', '.join(differing)} differ",
                "Give both the same town and run (--people, --days and --seed apply to both).",
            )
