"""Every measure, once: its name, unit and formula.

Flows are counted in the diary, stocks in the columns, numbers of the whole town by ``measures.whole``.
"""

from dataclasses import dataclass
from typing import Literal

from glasstown.core.vocabulary import Event, Right

Kind = Literal["flow", "stock", "ever", "spell", "town"]


@dataclass(frozen=True, slots=True)
class Measure:
    """``value / people`` is what is reported: per person and year for flows, a mean or share otherwise.

    A number of the town is no sum over people: it has no levels and is reported as it is.

    ``harm``: +1 if more of it is a harm to people, -1 if less of it is, 0 if that depends.
    """

    name: str
    kind: Kind
    unit: str
    meaning: str
    scale: float = 1.0
    harm: int = 0


def _flow(event: Event, meaning: str, harm: int = 0, name: str = "") -> Measure:
    return Measure(name or str(event.name).lower(), "flow", "1/year", meaning, 1.0, harm)


FLOWS: dict[Event, Measure] = {
    Event.OFFENDED: _flow(Event.OFFENDED, "days on which a person broke a rule, seen or not", 1),
    Event.FINED: _flow(Event.FINED, "times caught by an ordinary officer"),
    Event.NAMED: _flow(Event.NAMED, "times named by a camera, rightly"),
    Event.MISTAKEN: _flow(Event.MISTAKEN, "times named by a camera in somebody else's place", 1),
    Event.ALERTED: _flow(Event.ALERTED, "stops of people who were sought"),
    Event.MISALERTED: _flow(Event.MISALERTED, "stops of people who were not sought", 1),
    Event.CRITICISED: _flow(Event.CRITICISED, "days on which a person said more than is tolerated"),
    Event.HEARD: _flow(Event.HEARD, "days on which that was heard"),
    Event.RECORDED: _flow(Event.RECORDED, "true adverse entries filed", 0, "true_entries"),
    Event.MISRECORDED: _flow(Event.MISRECORDED, "false adverse entries filed", 1, "false_entries"),
    Event.CREDITED: _flow(Event.CREDITED, "favourable entries filed"),
    Event.FORGOTTEN: _flow(Event.FORGOTTEN, "records that ended because their time was over"),
    Event.LOST_POINTS: _flow(Event.LOST_POINTS, "days on which points were lost for one's own acts"),
    Event.LOST_POINTS_WRONGLY: _flow(Event.LOST_POINTS_WRONGLY, "days on which points were lost wrongly", 1),
    Event.CLOSED: _flow(Event.CLOSED, "days on which a right closed", 1),
    Event.OPENED: _flow(Event.OPENED, "days on which a right opened again"),
    Event.REFUSED_TRAVEL: _flow(Event.REFUSED_TRAVEL, "tickets refused", 1),
    Event.BORROWED: _flow(Event.BORROWED, "loans granted"),
    Event.REFUSED_CREDIT: _flow(Event.REFUSED_CREDIT, "loans refused", 1),
    Event.REPAID: _flow(Event.REPAID, "loans repaid"),
    Event.DEFAULTED: _flow(Event.DEFAULTED, "loans not repaid"),
    Event.HIRED: _flow(Event.HIRED, "people hired"),
    Event.DISMISSED: _flow(Event.DISMISSED, "people who lost work"),
    Event.PROMOTED: _flow(Event.PROMOTED, "people promoted"),
    Event.REFUSED_WORK: _flow(Event.REFUSED_WORK, "people turned down for work because of standing", 1),
    Event.APPEALED: _flow(Event.APPEALED, "appeals lodged"),
    Event.CORRECTED: _flow(Event.CORRECTED, "appeals won"),
    Event.REPORTED: _flow(Event.REPORTED, "reports by others of what a person did"),
    Event.MISREPORTED: _flow(Event.MISREPORTED, "reports by others of what a person did not do", 1),
    Event.HELPED: _flow(Event.HELPED, "days on which a person helped somebody in trouble", -1),
    Event.TURNED_AWAY: _flow(Event.TURNED_AWAY, "days on which a person refused to help, or kept away", 1),
    Event.LISTED: _flow(Event.LISTED, "listings of people who had done what they are listed for"),
    Event.MISLISTED: _flow(Event.MISLISTED, "listings of people who had not", 1),
    Event.DELISTED: _flow(Event.DELISTED, "ends of listings"),
    Event.FLAGGED: _flow(Event.FLAGGED, "flags on people who would have offended"),
    Event.MISFLAGGED: _flow(Event.MISFLAGGED, "flags on people who would not have", 1),
    Event.CHECKED: _flow(Event.CHECKED, "days on which a person was stopped and checked"),
    Event.FOUND: _flow(Event.FOUND, "checks in which something was found, or seemed to be"),
    Event.DETAINED: _flow(Event.DETAINED, "people detained who had offended"),
    Event.MISDETAINED: _flow(Event.MISDETAINED, "people detained who had not", 1),
    Event.RELEASED: _flow(Event.RELEASED, "people released"),
    Event.STOOD_UP: _flow(Event.STOOD_UP, "people who began to stand up against the authority"),
    Event.ARRESTED: _flow(Event.ARRESTED, "arrests for it"),
    Event.ENFORCED: _flow(Event.ENFORCED, "days on which a person pressed others to keep a norm"),
    Event.EVADED: _flow(Event.EVADED, "days on which a person acted unseen at a cost"),
    Event.ATTRIBUTED: _flow(Event.ATTRIBUTED, "days on which what was said online was tied to a name"),
    Event.READ_OUTSIDE: _flow(Event.READ_OUTSIDE, "days on which a person read news from outside"),
    Event.PAIRED: _flow(Event.PAIRED, "people who found a partner"),
    Event.PARTED: _flow(Event.PARTED, "people who lost a partner"),
    Event.BORN: _flow(Event.BORN, "births"),
    Event.DIED: _flow(Event.DIED, "deaths"),
    Event.DISMISSED_MATCH: _flow(
        Event.DISMISSED_MATCH, "matches and flags struck by a person who reviewed them"
    ),
}

STOCKS: tuple[Measure, ...] = (
    Measure("private_dissent", "stock", "1", "mean of what people think that is critical", 1 / 65535),
    Measure("voiced", "stock", "1", "mean of what people say that is critical", 1 / 65535),
    Measure(
        "self_censoring",
        "stock",
        "1",
        "share of all people who are 15 or more and say less than they think",
        1.0,
        1,
    ),
    Measure("perceived_risk", "stock", "1", "mean believed chance that an offence is noticed", 1 / 65535),
    Measure("recorded", "stock", "1", "share with a true adverse record on file"),
    Measure("misrecorded", "stock", "1", "share with a false adverse record on file", 1.0, 1),
    Measure("score", "stock", "point", "mean score", 1 / 64),
    Measure("wrong_points", "stock", "point", "mean points lost for what people did not do", 1 / 64, 1),
    Measure("believed_dissent", "stock", "1", "mean dissent that others seem to have", 1 / 65535),
    Measure("complying", "stock", "1", "share who are seen to keep the norm"),
    Measure("standing", "stock", "1", "mean share of judges to whom a person is good", 1 / 65535, -1),
    Measure("trust", "stock", "1", "mean trust in other people", 1 / 255, -1),
    Measure("ties_lost", "stock", "ties", "mean ties that keep away from a person", 1.0, 1),
    Measure("legitimacy", "stock", "1", "mean legitimacy granted to the authority", 1 / 255),
    Measure("active", "stock", "1", "share who stand up against the authority"),
    Measure("informed", "stock", "1", "mean share of outside news that people know", 1 / 65535),
    Measure("evading", "stock", "1", "share who have a second phone or a tunnel"),
    Measure("partnered", "stock", "1", "share who have a partner"),
    Measure("on_blacklist", "stock", "1", "share on a blacklist", 1.0, 1),
    Measure("under_flag", "stock", "1", "share flagged as a risk", 1.0, 1),
    Measure("in_detention", "stock", "1", "share detained", 1.0, 1),
    Measure("earnings", "stock", "yuan/year", "mean income per head", 10.0, -1),
    Measure(
        "any_closed", "stock", "1", "share of people who lost at least one right (a rank is none)", 1.0, 1
    ),
    *(
        Measure(
            f"closed_{str(right.name).lower()}",
            "stock",
            "1",
            f"share with this right closed: {right.name}",
            1.0,
            1,
        )
        for right in Right
    ),
)

EVER: tuple[Measure, ...] = (
    Measure("ever_misrecorded", "ever", "1", "share who got a false adverse entry in the run", 1.0, 1),
    Measure("ever_mistaken", "ever", "1", "share ever named in somebody else's place", 1.0, 1),
    Measure("ever_closed", "ever", "1", "share for whom a right ever closed", 1.0, 1),
    Measure(
        "spotless",
        "ever",
        "1",
        "share who did nothing worse than cross on red: paid, went round no wall, said nothing untolerated",
    ),
    Measure(
        "spotless_harmed",
        "ever",
        "1",
        "share who did nothing worse and were named, stopped, listed, detained or lost points wrongly",
        1.0,
        1,
    ),
)

SPELLS: tuple[Measure, ...] = (
    Measure("shut_out_a_year", "spell", "1", "share with some right closed for 365 days or more", 1.0, 1),
)

TOWN: tuple[Measure, ...] = (
    Measure("earnings_gini", "town", "1", "Gini coefficient of incomes per head at the end"),
    Measure("moved_fifth", "town", "1", "share of people whose income fifth is not that of the start"),
    Measure("wronged_by_several", "town", "1", "share of whom two scorers or more hold something false"),
    *(
        Measure(f"score_by_{part}", "town", "1", f"share of the variance of adults' scores: {of}")
        for part, of in {
            "conduct": "what own true entries gave, but for opinion and birth",
            "opinion": "what is common to those who think and dare to speak alike",
            "birth": "what is common to an income fifth of a group",
            "friends": "what the scores of friends did",
            "error": "points lost wrongly, and the scorer's noise",
        }.items()
    ),
    Measure("inherited_score", "town", "1", "correlation of pupils' scores with that of adults at home"),
    Measure(
        "inherited_schooling",
        "town",
        "1",
        "correlation of an open better school with the score of adults at home",
    ),
    Measure("pupils_barred", "town", "1", "share of pupils to whom the better school was closed in a year"),
    Measure("return_soon", "town", "1/month", "chance of return a month, in the first 3 months shut out"),
    Measure("return_late", "town", "1/month", "chance of return a month, after 12 months shut out"),
)

MEASURES: dict[str, Measure] = {m.name: m for m in (*FLOWS.values(), *STOCKS, *EVER, *SPELLS, *TOWN)}
