"""What belongs together: every measure under one heading, and which few of them are told first."""

from collections.abc import Callable
from typing import Final

from glasstown.lab.compare import Pair
from glasstown.report.words import mark

__all__ = ["FIRST", "THEMES", "only_with"]

THEMES: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (mark("Speech"), (
        "private_dissent", "voiced", "self_censoring", "believed_dissent", "criticised", "heard",
        "attributed",
        "complying", "enforced",
    )),
    (mark("Neighbours, help and trust"), (
        "reported", "misreported", "helped", "turned_away", "trust", "standing", "ties_lost",
    )),
    (mark("Rules and records"), (
        "offended", "perceived_risk", "fined", "named", "mistaken", "alerted", "misalerted", "true_entries",
        "false_entries", "recorded", "misrecorded", "forgotten", "ever_misrecorded", "ever_mistaken",
        "spotless", "spotless_harmed", "appealed", "corrected", "dismissed_match",
    )),
    (mark("Points and rights"), (
        "score", "wrong_points", "lost_points", "lost_points_wrongly", "credited", "any_closed",
        "ever_closed",
        "shut_out_a_year", "closed", "opened", "closed_travel", "closed_credit", "closed_jobs",
        "closed_promotion", "closed_school", "closed_exit", "closed_rank", "refused_travel", "refused_credit",
        "refused_work",
    )),
    (mark("Lists, flags, checks and detention"), (
        "on_blacklist", "listed", "mislisted", "delisted", "under_flag", "flagged", "misflagged", "checked",
        "found", "in_detention", "detained", "misdetained", "released",
    )),
    (mark("The authority"), ("legitimacy", "active", "stood_up", "arrested")),
    (mark("Ways round, and news"), ("evading", "evaded", "informed", "read_outside")),
    (mark("Work and money"), (
        "earnings", "hired", "dismissed", "promoted", "borrowed", "repaid", "defaulted",
    )),
    (mark("Couples, births and deaths"), ("partnered", "paired", "parted", "born", "died")),
)  # fmt: skip
"""Headings, and the measures under each."""

FIRST: Final = frozenset({
    "voiced", "self_censoring", "believed_dissent", "attributed", "reported", "misreported", "helped",
    "turned_away", "trust", "standing", "ties_lost", "offended", "perceived_risk", "ever_misrecorded",
    "ever_mistaken", "misalerted", "spotless_harmed", "any_closed", "refused_travel", "refused_credit",
    "refused_work", "shut_out_a_year", "on_blacklist", "mislisted", "misflagged", "checked", "misdetained",
    "in_detention", "legitimacy", "stood_up", "evading", "informed", "earnings", "paired",
    "lost_points_wrongly",
})  # fmt: skip
"""What is told in short; all else stands in the table of all that changed."""

_MAKERS: Final = {
    "lists": ("on_blacklist", "listed", "mislisted", "delisted"),
    "prediction": ("under_flag", "flagged", "misflagged"),
    "grid": ("checked", "found"),
    "detention": ("in_detention", "detained", "misdetained", "released"),
    "cameras": ("named", "mistaken", "alerted", "misalerted", "ever_mistaken"),
    "realname": ("attributed",),
    "gaming": ("evading", "evaded"),
    "privileges": ("any_closed", "ever_closed", "closed", "opened", "refused_travel", "refused_work"),
    "score": ("score", "wrong_points", "lost_points", "lost_points_wrongly"),
    "registry": ("ever_misrecorded", "misrecorded", "recorded"),
    "norms": ("complying", "enforced"),
}
_MAKER: Final = {measure: name for name, some in _MAKERS.items() for measure in some}


def only_with(pair: Pair) -> Callable[[str], bool]:
    """Which measures cannot be anything but nothing without the system, for who makes them is missing there.

    What there is of them with the system is more than nothing, however unevenly it falls on districts.
    """
    there = pair.without.scenario.mechanisms

    def only(measure: str) -> bool:
        maker = _MAKER.get(measure)
        return maker is not None and maker not in there and maker in pair.with_.scenario.mechanisms

    return only
