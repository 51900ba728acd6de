"""What is found, as plain tables: in the terminal and in Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Goal:
    """A ratio and what it must reach; ``least`` says whether more is better."""

    what: str
    value: float
    goal: float
    least: bool
    how: str

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value >= self.goal if self.least else self.value <= self.goal

    def row(self) -> tuple[str, ...]:
        """Its row in the table of goals."""
        sign = "at least" if self.least else "at most"
        return self.what, f"{self.value:.3g}", f"{sign} {self.goal:g}", "yes" if self.met else "NO", self.how


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the bench: goals, a table of detail, and what must be said with them."""

    title: str
    headers: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = field(default=())


GOALS = ("what", "found", "goal", "reached", "how")


def text(part: Part) -> str:
    """The part for a terminal."""
    lines = ["", part.title, "=" * len(part.title)]
    if part.goals:
        lines += [*_aligned(GOALS, [g.row() for g in part.goals]), ""]
    if part.rows:
        lines += [*_aligned(part.headers, part.rows), ""]
    return "\n".join([*lines, *part.notes])


def markdown(part: Part) -> str:
    """The part as a section of a page."""
    lines = [f"## {part.title}", ""]
    if part.goals:
        lines += [*_piped(GOALS, [g.row() for g in part.goals]), ""]
    if part.rows:
        lines += [*_piped(part.headers, part.rows), ""]
    return "\n".join([*lines, *(f"{note}\n" for note in part.notes)])


def _aligned(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[i]) for row in (headers, *rows)) for i in range(len(headers))]
    return [
        "  ".join(_set(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (headers, *rows)
    ]


def _set(cell: str, width: int) -> str:
    return cell.rjust(width) if cell[:1].isdigit() else cell.ljust(width)


def _piped(headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    lines = [headers, tuple("---" for _ in headers), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines]
