"""What the expressions of claims are called, and how their values are written."""

from dataclasses import dataclass
from typing import Final

from glasstown.lab.claim_measure import Expression, Term
from glasstown.measures.definitions import MEASURES
from glasstown.report.names import level_name, measure_name, shown
from glasstown.report.numbers import Numbers, digits_within
from glasstown.report.words import Words, mark

__all__ = ["Written", "title", "written"]

NAMED: Final = {
    "attributed / criticised": mark("Named for what was said online, for each day of saying too much"),
    "flags_right / flags_wrong": mark("Right flags for each wrong one"),
    "flags_right / flags_missed": mark("People rightly flagged for each who was missed"),
    "spotless_harmed / spotless": mark("Wronged, of those who did nothing worse than cross on red"),
    "shut_out_a_year / ever_closed": mark("Shut out for a year, of those for whom a right ever closed"),
    "found / checked": mark("Checks in which something was found, of all checks"),
    "lost_points_wrongly / lost_points": mark(
        "Days of points lost wrongly for each day of points lost rightly"
    ),
    "misreported / reported": mark("False reports for each true one"),
    "mistaken / named": mark("Wrong names for each right one"),
    "opened / closed": mark("Days on which a right opened again for each on which one closed"),
    "patrols_misplaced / patrols_placed": mark("Patrols that would have to go elsewhere, of all patrols"),
    "reports_home / reports_near": mark("Reports inside a household for each on another household nearby"),
    "reports_far / reports_near": mark(
        "Reports on people of other districts for each on another household nearby"
    ),
    "identified_soon / searches": mark("Rightly named within the seconds claimed, of all searches by face"),
    "named / offended": mark("Crossings on red that a camera names rightly, of all crossings on red"),
    "reported + misreported": mark("Reports of others, true and false"),
    "score_by_conduct + score_by_opinion": mark(
        "Differences of the score that are due to conduct or opinion"
    ),
    "return_late / return_soon": mark("Return after a year, for each return in the first three months"),
    "voiced - private_dissent": mark("What is said that is critical, less what is thought"),
}
"""Expressions of shipped claims that have a plain name; others are told by their parts."""

SHARES: Final = frozenset({
    "attributed / criticised", "spotless_harmed / spotless", "shut_out_a_year / ever_closed", "found / "
    "checked",
    "patrols_misplaced / patrols_placed", "identified_soon / searches", "named / offended",
})  # fmt: skip
"""Ratios that are parts of a whole."""


UNITS: Final = {"1/month": mark("per month")}
"""Units that only expressions of claims have."""


@dataclass(frozen=True, slots=True)
class Written:
    """How values of one expression are written: times ``factor``, in ``unit``, as per cent if ``share``."""

    factor: float
    unit: str
    share: bool
    numbers: Numbers

    def value(self, raw: float, digits: int) -> str:
        """A value, without its unit unless that is per cent."""
        if self.share:
            return self.numbers.percent(raw, max(digits, 0))
        return self.numbers.plain(round(self.factor * raw, digits), max(digits, 0) if raw else 0)

    def change(self, raw: float, digits: int) -> str:
        """A difference with its sign, without unit: of shares in percentage points."""
        return self.numbers.signed(round(self.factor * raw, digits), max(digits, 0) if raw else 0)

    def digits(self, *sizes: float) -> int:
        """Decimals that show two figures of the smallest of these sizes that is not nothing."""
        some = [self.factor * abs(each) for each in sizes if each]
        return digits_within(min(some)) if some else 0


def written(of: Expression, say: Words, numbers: Numbers) -> Written:
    """How the values of an expression are written."""
    if of.sign == "/":
        whole = str(of) in SHARES
        return Written(100.0 if whole else 1.0, "", whole, numbers)
    if of.first.name not in MEASURES:
        return Written(1.0, "", False, numbers)
    as_ = shown(MEASURES[of.first.name])
    return Written(as_.factor, "" if as_.share else _unit(of, as_.unit, say), as_.share, numbers)


def _unit(of: Expression, unit: str, say: Words) -> str:
    flow = MEASURES[of.first.name].kind == "flow"
    return say("per 1,000 people a year") if flow else say(UNITS.get(unit, unit))


def title(of: Expression, say: Words, numbers: Numbers) -> str:
    """The name of an expression, such as "People for whom a right ever closed: Group B less Group A"."""
    text = str(of)
    if text in NAMED:
        return say(NAMED[text])
    if of.second is None:
        return _term(of.first, say, numbers)
    if of.first.name == of.second.name:
        parts = {"one": _level(of.first, say, numbers), "other": _level(of.second, say, numbers)}
        name = measure_name(of.first.name, say)
        if of.sign == "-":
            return say("{name}: {one} less {other}", name=name, **parts)
        if of.sign == "/":
            return say("{name}: {one} for each in {other}", name=name, **parts)
    both = {"one": _term(of.first, say, numbers), "other": _term(of.second, say, numbers)}
    if of.sign == "/":
        return say("{one}, for each of: {other}", **both)
    return say("{one}, less: {other}", **both) if of.sign == "-" else say("{one}, and: {other}", **both)


def _level(term: Term, say: Words, numbers: Numbers) -> str:
    return level_name(term.by, term.level, say, numbers)


def _term(term: Term, say: Words, numbers: Numbers) -> str:
    name = measure_name(term.name, say)
    if term.by == "all":
        return name
    return say("{name}, {part}", name=name, part=_level(term, say, numbers))
