"""One life: the score as it falls and rises, under it a lane for each right, filled while closed."""

from collections.abc import Callable
from dataclasses import dataclass

from glasstown.report.drawing import Scale, Sheet, text_width

__all__ = ["CUTS", "Course", "Lane", "life", "place"]

CUTS = (0.0, 7.0, 60.0, 365.0, 730.0, 1095.0)
"""Days at which a life changes its pace on paper: a week, two months, and the years."""

XScale = Callable[[float], float]

_SHARES = (0.16, 0.24, 0.34, 0.14, 0.12)


@dataclass(frozen=True, slots=True)
class Lane:
    """A right; ``with_`` and ``without`` hold (from day, to day) of each time it was closed."""

    label: str
    with_: tuple[tuple[float, float], ...]
    without: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Course:
    """What a life needs to be drawn: scores by day, thresholds with words, lanes, days to mark."""

    days: int
    scores: tuple[float, ...]
    doors: tuple[tuple[float, str], ...]
    lanes: tuple[Lane, ...]
    stretches: tuple[str, ...]
    marks: tuple[int, ...]
    score_label: str
    last: str


def place(day: float, days: float) -> float:
    """Where a day lies between 0 and 1: early days get more room than late ones."""
    cuts = [cut for cut in CUTS if cut < days] + [days]
    shares = _SHARES[: len(cuts) - 1]
    total = sum(shares)
    at = 0.0
    for share, first, last in zip(shares, cuts, cuts[1:], strict=False):
        if day <= last:
            return (at + share * (day - first) / (last - first)) / total
        at += share
    return 1.0


def life(width: float, course: Course) -> str:
    """Draw the score with its thresholds, then the lanes."""
    roomy = width > 400
    names = [lane.label for lane in course.lanes]
    left = max([text_width(name) for name in names] + [60.0]) + 12 if roomy else 36.0
    right = width - 40
    tall = 190.0 if roomy else 150.0
    lane = 25.0 if roomy else 36.0
    score = tall if course.scores else 0.0
    sheet = Sheet(width, 26 + score + 18 + lane * len(course.lanes) + 4)

    def x(day: float) -> float:
        return left + place(day, course.days) * (right - left)

    _stretches(sheet, course, x, left)
    if course.scores:
        _score(sheet, course, x, (left, right, 30.0, 26 + tall), roomy)
    _lanes(sheet, course, x, 26 + score + 18, lane, roomy)
    return sheet.svg()


def _stretches(sheet: Sheet, course: Course, x: XScale, left: float) -> None:
    cuts = [cut for cut in CUTS if cut < course.days] + [float(course.days)]
    for words, first, last in zip(course.stretches, cuts, cuts[1:], strict=False):
        if first > 0:
            sheet.down(x(first), 4, sheet.height, "grid")
        if text_width(words, 12) < x(last) - x(first) - 4:
            sheet.text((x(first) + x(last)) / 2, 14, words, "ax", "middle")


def _score(
    sheet: Sheet, course: Course, x: XScale, frame: tuple[float, float, float, float], roomy: bool
) -> None:
    left, right, top, bottom = frame
    doors = [score for score, _ in course.doors]
    seen = [*course.scores, *(d for d in doors if min(course.scores) - 60 <= d <= max(course.scores) + 60)]
    y = Scale(min(seen) - 8, max(seen) + 10, bottom, top)
    for score, words in course.doors:
        if score in seen:
            sheet.across(left, right, y(score), "door")
            early = _clear(course, y, score, x, left) >= _clear(course, y, score, x, right)
            sheet.text(
                left + 4 if early else right - 4, y(score) - 4, words, "ax halo", "start" if early else "end"
            )
            sheet.text(left - 8, y(score) + 4, f"{score:.0f}", "ax", "end")
    sheet.text(0, top + 4, course.score_label, "strong")
    sheet.steps([(x(day), y(score)) for day, score in enumerate(course.scores)], "ln cw")
    for day in course.marks:
        sheet.dot(x(day), y(course.scores[day]), "ring cw", 3.6)
    sheet.text(right + 6, y(course.scores[-1]) + 4, course.last, "val cw")


def _clear(course: Course, y: Scale, score: float, x: XScale, edge: float) -> float:
    """How far the line keeps from a threshold's words when they stand at that edge, in pixels."""
    near = [abs(y(each) - y(score) + 8) for day, each in enumerate(course.scores) if abs(x(day) - edge) < 150]
    return min(near, default=0.0)


def _lanes(sheet: Sheet, course: Course, x: XScale, top: float, step: float, roomy: bool) -> None:
    for k, lane in enumerate(course.lanes):
        y = top + k * step + (12 if roomy else 24)
        sheet.text(0, y + 4 if roomy else y - 11, lane.label)
        start = x(0)
        sheet.across(start, x(course.days), y, "open")
        for first, last in lane.with_:
            sheet.box(x(first), y - 6.5, max(x(last) - x(first), 2.0), 13, "shut")
        for first, last in lane.without:
            sheet.box(x(first), y - 3.5, max(x(last) - x(first), 2.0), 7, "shut-o")
