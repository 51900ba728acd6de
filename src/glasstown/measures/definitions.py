"""Every measure, once: its name, unit and formula. Flows are counted in the diary, stocks in the columns."""

from dataclasses import dataclass
from typing import Literal

from glasstown.core.vocabulary import Event, Right

Kind = Literal["flow", "stock", "ever", "spell"]


@dataclass(frozen=True, slots=True)
class Measure:
    """``value / people`` is what is reported: per person and year for flows, a mean or share otherwise.

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
        "spotless", "ever", "1", "share who broke no rule, defaulted on nothing, said nothing untolerated"
    ),
    Measure(
        "spotless_harmed",
        "ever",
        "1",
        "share who did none of that and lost points or rights or were stopped",
        1.0,
        1,
    ),
)

SPELLS: tuple[Measure, ...] = (
    Measure("shut_out_a_year", "spell", "1", "share with some right closed for 365 days or more", 1.0, 1),
)

MEASURES: dict[str, Measure] = {m.name: m for m in (*FLOWS.values(), *STOCKS, *EVER, *SPELLS)}
