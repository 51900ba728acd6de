"""Verdicts: how often a claim holds over all that is assumed, how large the effect is, what it turns on.

A verdict counts draws. In each draw of what nobody has measured, the arms of the claim are lived by the same
people with the same chances, and the claim holds, fails or is undecided there. A share of draws is not a
probability that the claim is true of any place: it says how often it survives what could be assumed. No
p-value is given; the intervals of all claims hold together (Sidak), so that eighteen verdicts read side by
side are as safe as one.

The word follows the share of *all* judged draws, and undecided draws help neither side: "holds" and "mostly
holds" ask that 90 and 67 % of them hold, "does not hold" and "seldom holds" that 90 and 67 % fail. Where
every draw is decided these are the borders 90, 67, 33 and 10 % of the share that holds. The share of
*decided* draws would be no fair rule: three draws of three hundred, were they the only ones decided, would
make a word.

``verdicts.json`` is a sealed document (``store.sealed``) with one entry a claim, in the form of these
classes: objects with the fields below, tuples as lists, numbers with nine significant digits, ``null`` for
what there is not. Same verdicts, same bytes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from glasstown.errors import Damaged
from glasstown.lab.claim import Direction, Words
from glasstown.lab.statistics import sidak, wilson
from glasstown.store.sealed import canonical, read_sealed, write_sealed

VERDICTS: Final = "verdicts.json"
WHAT: Final = "verdicts"
FORMAT: Final = 1

DIGITS: Final = 9
"""Significant digits of every number in the file."""

CLAIMS: Final = 18
"""So many verdicts are read side by side: their intervals are wide enough to hold all together."""

Word = Literal["holds", "mostly", "depends", "seldom", "never", "undecided", "unmeasured"]

WORDS: Final[Mapping[Word, Words]] = MappingProxyType(
    {
        "holds": Words(en="Holds", fr="Tient"),
        "mostly": Words(en="Mostly holds", fr="Tient le plus souvent"),
        "depends": Words(en="It depends", fr="Cela dépend"),
        "seldom": Words(en="Seldom holds", fr="Tient rarement"),
        "never": Words(en="Does not hold", fr="Ne tient pas"),
        "undecided": Words(en="Undecided", fr="Indécis"),
        "unmeasured": Words(en="Not measured yet", fr="Pas encore mesuré"),
    }
)
"""A verdict's word as it is shown. "Undecided": more than half of the draws are, so more runs are needed, or
the difference is just about what matters. "Not measured yet": the claim ``needs`` a measure."""

ALMOST: Final = 0.9
"""From this share of draws on a claim holds, or does not."""

MOSTLY: Final = 0.67
"""From this share of draws on it mostly holds, or seldom."""


@dataclass(frozen=True, slots=True)
class Share:
    """``count`` of ``of`` draws: ``value`` is the share, ``low`` and ``high`` its Wilson interval.

    0, 0 and 1 where ``of`` is 0. The interval is that of independent draws; a space-filling design does a
    little better, never worse.
    """

    count: int
    of: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Effect:
    """One measure of a claim in its two arms, over all judged draws.

    A condition of the claim has ``direction`` and ``matters``; what is only shown has neither (None).

    measure, unit: the expression, and what it is in ("1": a share or ratio; "1/year": per person and year).
    arms: names of the arms, without and with what is claimed; with ``than``, "" and the one arm.
    than: the number that one arm alone is held against; None if two arms are compared.
    one, other: medians over draws of the measure in the first arm (``than`` itself) and in the second.
    median, low, high: over draws, of second minus first: the median and the 5 and 95 % quantiles.
    error: median over draws of the standard error of that difference within one draw (paired replicates).
    direction: how the second must stand to the first. matters, relative: the smallest difference that
    matters, in ``unit``, or if ``relative`` as a share of the first.
    toward: share of draws whose mean difference goes in the claimed direction by any amount ("same": by less
    than matters). holds, fails, undecided: draws in which this condition alone is so.
    draws: judged draws in which the measure is defined; a ratio whose divisor is nothing is not.

    Numbers are None where no draw defines them.
    """

    measure: str
    unit: str
    arms: tuple[str, str]
    than: float | None
    one: float | None
    other: float | None
    median: float | None
    low: float | None
    high: float | None
    error: float | None
    draws: int
    direction: Direction | None = None
    matters: float | None = None
    relative: bool = False
    toward: Share | None = None
    holds: int = 0
    fails: int = 0
    undecided: int = 0


@dataclass(frozen=True, slots=True)
class Rests:
    """How many numbers of the arms are ``published``, ``estimated``, ``assumed`` or ``chosen`` by a scenario.

    Each key of a parameter counts once over all arms, by the least sure of its origins. ``drawn``: how many
    parameters of the arms the verdict ranges over; switches and choices are in none of the other counts.
    """

    published: int = 0
    estimated: int = 0
    assumed: int = 0
    chosen: int = 0
    drawn: int = 0


@dataclass(frozen=True, slots=True)
class Influence:
    """How much of what a claim's margin does over the draws goes with one drawn parameter alone.

    parameter: its dotted key. index: the share of the variance of the margin's rank that its value explains
    (a first-order index, from 0 to 1), with ``low`` and ``high`` (95 %, bootstrap over draws). trend: rank
    correlation with the margin, from -1 to 1: above 0, more of it makes the claim hold more. noise: what the
    largest of parameters that do nothing stays below in 19 of 20 shuffles of the same draws. stands_out:
    ``index`` is above that.
    """

    parameter: str
    index: float
    low: float
    high: float
    trend: float
    noise: float
    stands_out: bool


@dataclass(frozen=True, slots=True)
class Hinge:
    """The value of a parameter at which a verdict turns.

    parameter, unit: dotted key and unit. at: the threshold, in ``unit``, with ``low`` and ``high`` (95 %,
    bootstrap); None for a choice or a switch, whose ``names`` are the values with which the claim holds more
    often. ends: the range that was drawn from; None for a choice or a switch. above, below: shares of decided
    draws in which the claim holds above and below ``at``; of a choice, with ``names`` and with the others.
    right: share of decided draws that this one question tells rightly.
    """

    parameter: str
    unit: str
    at: float | None
    low: float | None
    high: float | None
    ends: tuple[float, float] | None
    names: tuple[str, ...]
    above: Share
    below: Share
    right: float

    @property
    def turns(self) -> bool:
        """Whether most decided draws hold on one side and most fail on the other; else it only leans."""
        return (self.above.value - 0.5) * (self.below.value - 0.5) < 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is found about one claim.

    claim: its id. word: see WORDS. firm: whether the word is the same at both ends of the intervals.
    draws: how many were judged. failed: how many were not, since some run of theirs could not end; they are
    in no share. undefined: judged draws in which some condition divides by nothing: they are undecided there.
    replicates: fewest and most per judged draw. people, days: size and length of each run.
    holds, fails, undecided: shares of the judged draws, with intervals that hold for CLAIMS at once.
    conditions: in the order of the claim's file. shows: the same without direction; they decide nothing.
    rests: on how many numbers of which origin.
    influences: every drawn parameter, the largest first; empty if nothing was drawn or can be told.
    hinges: where the verdict turns, the clearest first; empty if nothing among what was drawn stands out.
    states: by draw, 1 holds, -1 fails, 0 undecided, None failed. margins: by draw, the least of the
    conditions' signed distances from their border, in units of what matters; None where there is none.
    """

    claim: str
    word: Word
    firm: bool
    draws: int
    failed: int
    undefined: int
    replicates: tuple[int, int]
    people: int
    days: int
    holds: Share
    fails: Share
    undecided: Share
    conditions: tuple[Effect, ...]
    shows: tuple[Effect, ...]
    rests: Rests
    influences: tuple[Influence, ...] = ()
    hinges: tuple[Hinge, ...] = ()
    states: tuple[int | None, ...] = ()
    margins: tuple[float | None, ...] = ()


def share_of(count: int, of: int) -> Share:
    """A share of draws with its interval, wide enough for CLAIMS shares at once."""
    return Share(count, of, count / of if of else 0.0, *wilson(count, of, sidak(CLAIMS)))


_VERDICT: Final = TypeAdapter(Verdict)


def packed(verdict: Verdict) -> dict[str, Any]:
    """A verdict in plain types, as it stands in the file."""
    made: dict[str, Any] = _rounded(_VERDICT.dump_python(verdict, mode="json"))
    return made


def unpacked(plain: Mapping[str, Any]) -> Verdict:
    """The verdict of ``packed``. Raises Damaged."""
    try:
        return _VERDICT.validate_json(canonical(plain), strict=True)
    except ValidationError as invalid:
        first = invalid.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise Damaged(f"a verdict cannot be read: {place}: {first['msg']}") from None


def write(path: Path, verdicts: Sequence[Verdict], about: Mapping[str, object] | None = None) -> None:
    """Write ``verdicts`` and facts ``about`` them into a file. Raises StoreError, DiskFull."""
    body = {"verdicts": [packed(each) for each in verdicts], "about": dict(about or {})}
    write_sealed(path, WHAT, FORMAT, body)


def read(path: Path) -> tuple[tuple[Verdict, ...], Mapping[str, Any]]:
    """The verdicts of a file, in its order, and the facts about them. Raises StoreError, Damaged."""
    found = read_sealed(path, WHAT, FORMAT)
    return tuple(unpacked(each) for each in found["verdicts"]), found["about"]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") + 0.0
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    return [_rounded(inner) for inner in value] if isinstance(value, list) else value
