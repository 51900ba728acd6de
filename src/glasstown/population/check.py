"""Whether a town has the marginals that it should have: wanted against obtained, as a table."""

from dataclasses import dataclass

from glasstown.population.contacts import tie_rows
from glasstown.population.marginals import (
    Row,
    age_rows,
    household_rows,
    income_rows,
    place_rows,
    sizes_are_whole,
    trait_rows,
)
from glasstown.population.spec import TownSpec
from glasstown.population.town import Town

__all__ = ["CheckReport", "Row", "check"]


@dataclass(frozen=True, slots=True)
class CheckReport:
    """All marginals of one town."""

    people: int
    rows: tuple[Row, ...]

    @property
    def ok(self) -> bool:
        """Whether every marginal is met."""
        return all(row.ok for row in self.rows)

    @property
    def failed(self) -> tuple[Row, ...]:
        """The marginals that are not met."""
        return tuple(row for row in self.rows if not row.ok)

    def __str__(self) -> str:
        """A plain table, one marginal a line."""
        lines = [f"{'marginal':34}{'wanted':>12}{'obtained':>12}{'tolerance':>11}      source"]
        for row in self.rows:
            numbers = f"{row.wanted:12.6g}{row.obtained:12.6g}{row.tolerance:11.3g}"
            lines.append(f"{row.marginal:34}{numbers}  {'ok  ' if row.ok else 'FAIL'}{row.source}")
        return "\n".join(lines)


def check(town: Town, spec: TownSpec | None = None) -> CheckReport:
    """Compare a synthetic town with its specification and the published figures.

    ``spec`` defaults to the one that the town was made from; a town of a user's own table is compared
    with the published figures only if one is given. An empty town has nothing to compare.
    """
    spec = spec or town.spec
    if spec is None or town.people == 0:
        return CheckReport(town.people, ())
    rows = [Row("people", float(spec.people), float(town.people), 0.0, "the specification")]
    stray = float(abs(sizes_are_whole(town)).sum())
    rows.append(Row("households of a wrong size", 0.0, stray, 0.0, "nbs-census-2020-yearbook"))
    for part in (age_rows(town), household_rows(town), income_rows(town, spec)):
        rows += part
    rows += place_rows(town, spec) + trait_rows(town, spec) + tie_rows(town, spec)
    return CheckReport(town.people, tuple(rows))
