"""What things are called: measures, rights, parts of the town, and the units in which measures are shown."""

from dataclasses import dataclass
from typing import Final

from glasstown.core.vocabulary import Right
from glasstown.measures import cells
from glasstown.measures.definitions import Measure
from glasstown.report.numbers import Numbers
from glasstown.report.words import Words, mark

__all__ = [
    "BREAKDOWNS",
    "LEVELS",
    "MEASURE_NAMES",
    "RIGHTS",
    "Shown",
    "level_name",
    "measure_name",
    "shown",
]

MEASURE_NAMES: Final[dict[str, str]] = {
    "offended": mark("Rules broken (crossings on red)"),
    "fined": mark("Fines by an ordinary officer"),
    "named": mark("Rightly named by a camera"),
    "mistaken": mark("Named in somebody else's place"),
    "alerted": mark("Stops of people who were sought"),
    "misalerted": mark("Stops of people who were not sought"),
    "criticised": mark("Days of saying more than is tolerated"),
    "heard": mark("Days on which that was heard"),
    "credited": mark("Favourable entries filed"),
    "forgotten": mark("Records that ended with time"),
    "lost_points": mark("Days of points lost for own acts"),
    "lost_points_wrongly": mark("Days of points lost wrongly"),
    "closed": mark("Days on which a right closed"),
    "opened": mark("Days on which a right opened again"),
    "refused_travel": mark("Tickets refused"),
    "borrowed": mark("Loans granted"),
    "refused_credit": mark("Loans refused"),
    "repaid": mark("Loans repaid"),
    "defaulted": mark("Loans not repaid"),
    "hired": mark("People hired"),
    "dismissed": mark("People who lost work"),
    "promoted": mark("People promoted"),
    "refused_work": mark("Turned down for work because of standing"),
    "appealed": mark("Appeals lodged"),
    "corrected": mark("Appeals won"),
    "reported": mark("Reports of what people did"),
    "misreported": mark("Reports of what people did not do"),
    "helped": mark("Days of helping somebody in trouble"),
    "turned_away": mark("Days of refusing help or keeping away"),
    "listed": mark("Rightly put on a blacklist"),
    "mislisted": mark("Wrongly put on a blacklist"),
    "delisted": mark("Left a blacklist"),
    "flagged": mark("Flags on people who would have offended"),
    "misflagged": mark("Flags on people who would not have"),
    "checked": mark("Stopped and checked"),
    "found": mark("Checks in which something was found"),
    "detained": mark("Detained, having offended"),
    "misdetained": mark("Detained without an offence"),
    "released": mark("Released"),
    "stood_up": mark("Stood up against the authority"),
    "arrested": mark("Arrested for it"),
    "enforced": mark("Days of pressing others to keep a norm"),
    "evaded": mark("Days of acting unseen at a cost"),
    "attributed": mark("Named for what was said online"),
    "read_outside": mark("Days of reading news from outside"),
    "paired": mark("Found a partner"),
    "parted": mark("Lost a partner"),
    "born": mark("Births"),
    "died": mark("Deaths"),
    "dismissed_match": mark("Matches and flags struck on review"),
    "private_dissent": mark("What people think that is critical"),
    "voiced": mark("What people say that is critical"),
    "self_censoring": mark("People who say less than they think"),
    "perceived_risk": mark("Believed chance that an offence is noticed"),
    "true_entries": mark("True adverse entries filed"),
    "false_entries": mark("False adverse entries filed"),
    "recorded": mark("People with a true adverse record"),
    "misrecorded": mark("People with a false adverse record"),
    "score": mark("Mean score"),
    "wrong_points": mark("Points lost for what people did not do"),
    "earnings": mark("Mean income per head"),
    "any_closed": mark("People with at least one right closed"),
    "closed_travel": mark("Closed: fast trains and planes"),
    "closed_credit": mark("Closed: loans"),
    "closed_jobs": mark("Closed: jobs that ask for a standing"),
    "closed_promotion": mark("Closed: promotion"),
    "closed_school": mark("Closed: the better school"),
    "closed_exit": mark("Closed: leaving the country"),
    "closed_rank": mark("Closed: the front of dating sites"),
    "believed_dissent": mark("What others seem to think that is critical"),
    "complying": mark("People seen to keep the norm"),
    "standing": mark("Mean standing among others"),
    "trust": mark("Mean trust in other people"),
    "ties_lost": mark("Ties that keep away, a person"),
    "legitimacy": mark("Mean legitimacy granted to the authority"),
    "active": mark("People who stand up against the authority"),
    "informed": mark("Outside news that people know"),
    "evading": mark("People with a second phone or a tunnel"),
    "partnered": mark("People who have a partner"),
    "on_blacklist": mark("People on a blacklist"),
    "under_flag": mark("People flagged as a risk"),
    "in_detention": mark("People detained"),
    "ever_misrecorded": mark("People who ever got a false entry"),
    "ever_mistaken": mark("People ever named in somebody else's place"),
    "ever_closed": mark("People for whom a right ever closed"),
    "spotless": mark("People who did nothing worse than cross on red"),
    "spotless_harmed": mark("Wronged, having done nothing worse than cross on red"),
    "shut_out_a_year": mark("People with a right closed for a year or more"),
    "earnings_gini": mark("Inequality of incomes (Gini)"),
    "moved_fifth": mark("People who moved to another income fifth"),
    "wronged_by_several": mark("Wrongly marked by two scorers or more"),
    "score_by_conduct": mark("Differences of the score that are due to conduct"),
    "score_by_opinion": mark("Differences of the score that are due to opinion"),
    "score_by_birth": mark("Differences of the score that are due to birth and wealth"),
    "score_by_friends": mark("Differences of the score that are due to friends"),
    "score_by_error": mark("Differences of the score that are due to error"),
    "inherited_score": mark("How pupils' scores go with those of home"),
    "inherited_schooling": mark("How schooling goes with the score of home"),
    "pupils_barred": mark("Pupils to whom the better school was closed"),
    "return_soon": mark("Return in the first three months, chance a month"),
    "return_late": mark("Return after a year, chance a month"),
}

RIGHTS: Final[dict[Right, str]] = {
    Right.TRAVEL: mark("Fast trains and planes"),
    Right.CREDIT: mark("Loans"),
    Right.JOBS: mark("Jobs asking for a standing"),
    Right.PROMOTION: mark("Promotion"),
    Right.SCHOOL: mark("The better school"),
    Right.EXIT: mark("Leaving the country"),
    Right.RANK: mark("Front of dating sites"),
}

LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "group": (mark("Group A"), mark("Group B")),
    "fifth": (
        mark("Poorest fifth"), mark("Second fifth"), mark("Third fifth"), mark("Fourth fifth"),
        mark("Richest fifth"),
    ),
}  # fmt: skip

BREAKDOWNS: Final[dict[str, str]] = {
    "all": mark("Everybody"),
    "group": mark("By group"),
    "age": mark("By age"),
    "fifth": mark("By income"),
}

UNITS: Final[dict[str, str]] = {
    "1": mark("% of people"),
    "mean": mark("%, mean"),
    "1/year": mark("/1,000 a year"),
    "point": mark("points"),
    "ties": mark("ties"),
    "yuan/year": mark("yuan a year"),
}

_MEANS: Final = frozenset({
    "private_dissent", "voiced", "perceived_risk", "believed_dissent", "standing", "trust", "legitimacy",
    "informed",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """How a measure is shown: its raw value times ``factor`` is in ``unit``; a share also as per cent."""

    factor: float
    unit: str
    share: bool


def measure_name(name: str, say: Words) -> str:
    """The name of a measure; of one that has none yet, its key in words."""
    return say(MEASURE_NAMES[name]) if name in MEASURE_NAMES else name.replace("_", " ")


def shown(measure: Measure) -> Shown:
    """The unit in which a measure is shown."""
    if measure.kind == "flow":
        return Shown(1000.0, UNITS["1/year"], False)
    if measure.unit == "1":
        return Shown(100.0, UNITS["mean" if measure.name in _MEANS else "1"], True)
    return Shown(1.0, UNITS.get(measure.unit, measure.unit), False)


def level_name(by: str, level: int, say: Words, numbers: Numbers) -> str:
    """A part of the town: "Group A", "25 to 34 years", "Poorest fifth"."""
    if by == "age":
        return age_name(level, say, numbers)
    return say(LEVELS[by][level]) if by in LEVELS else say(BREAKDOWNS["all"])


def age_name(level: int, say: Words, numbers: Numbers) -> str:
    """An age band in words."""
    low, _, high = cells.AGE_BANDS[level].partition("-")
    if not high:
        return say("{low} years and over", low=numbers.whole(int(low.rstrip("+"))))
    return say("{low} to {high} years", low=numbers.whole(int(low)), high=numbers.whole(int(high)))
