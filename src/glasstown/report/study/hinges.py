"""What a verdict turns on: a strip for each number, boxes for a choice, and the plain sentence."""

from dataclasses import dataclass, replace
from typing import Any, Final

from glasstown.lab.arms import value_of
from glasstown.lab.claim_check import Checked
from glasstown.lab.factors import Factor
from glasstown.lab.turning import hinge_words, unit_words
from glasstown.lab.verdict import Hinge, Verdict
from glasstown.report.figures.hinge import Strip, options, strip
from glasstown.report.figures.plate import drawn
from glasstown.report.sections.methods import INSTITUTIONS
from glasstown.report.study.reading import StudyReading
from glasstown.report.words import Spoken, mark

__all__ = ["Turn", "about", "name_of", "turns"]

RESTS: Final = {
    "assumed": mark("Nobody has published this number: it is assumed."),
    "estimated": mark("This number is published, but for another place or use."),
    "source": mark("This number is published."),
    "none": mark("This is a choice."),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """One hinge in words and as a drawing; ``meaning`` says what its parameter is."""

    key: str
    name: str
    sentence: str
    meaning: Spoken
    rests: str
    range: str
    wide: str
    narrow: str


def turns(reading: StudyReading, checked: Checked, verdict: Verdict) -> tuple[Turn, ...]:
    """The clearest hinges of a verdict."""
    return tuple(_turn(reading, checked, hinge) for hinge in verdict.hinges)


def name_of(reading: StudyReading, key: str) -> str:
    """A parameter by institution and key: "Opinion: naming"."""
    table, _, name = key.partition(".")
    known = reading.say(INSTITUTIONS[table]) if table in INSTITUTIONS else table
    return reading.say("{institution}: {name}", institution=known, name=name.replace("_", " "))


def about(reading: StudyReading, key: str) -> Spoken:
    """What a parameter is, as the model describes it; in English if that is a user's own.

    An empty text for a key that the model does not know.
    """
    spoken = reading.say.spoken(reading.parameters[key].text if key in reading.parameters else "")
    return replace(spoken, text=spoken.text.replace("``", ""))


def _turn(reading: StudyReading, checked: Checked, hinge: Hinge) -> Turn:
    numeric = hinge.at is not None and hinge.ends is not None
    factor = reading.factors.get(hinge.parameter)
    default = _default(checked, hinge.parameter)
    wide, narrow = _strip(reading, hinge, factor, default) if numeric else _boxes(hinge, factor, default)
    sentence = reading.text(hinge_words(hinge))
    return Turn(
        hinge.parameter, name_of(reading, hinge.parameter), sentence, about(reading, hinge.parameter),
        reading.say(RESTS[reading.kind(hinge.parameter)]), _where(reading, hinge), wide, narrow,
    )  # fmt: skip


def _where(reading: StudyReading, hinge: Hinge) -> str:
    """How well the turning value is known; "" for a choice."""
    if hinge.low is None or hinge.high is None or hinge.at is None:
        return ""
    return reading.say(
        "The value at which it turns lies between {low} and {high} (95%).",
        low=_value(reading, hinge, hinge.low), high=_value(reading, hinge, hinge.high),
    )  # fmt: skip


def _value(reading: StudyReading, hinge: Hinge, value: float) -> str:
    """A value of the parameter with its unit, in three figures."""
    text = reading.numbers.shown(float(f"{value:.3g}"))
    unit = reading.text(unit_words(hinge.unit, value))
    return reading.say("{value} {unit}", value=text, unit=unit) if unit else text


def _default(checked: Checked, key: str) -> Any:
    """The value that is shipped: in the arm with what is claimed, or another that has it; else None."""
    claim = checked.claim
    names = [claim.between[1], *(arm.name for arm in claim.arms)]
    found = (value_of(checked.scenarios[name], key) for name in names if name in checked.scenarios)
    return next((each for each in found if each is not None), None)


def _strip(reading: StudyReading, hinge: Hinge, factor: Factor | None, default: Any) -> tuple[str, str]:
    say, (low, high) = reading.say, hinge.ends or (0.0, 1.0)
    number = float(default) if isinstance(default, int | float) else None
    at = hinge.at or 0.0
    drawn_ = Strip(
        low, high, at, hinge.low, hinge.high, hinge.above.value >= hinge.below.value,
        bool(factor and factor.log and low > 0), number,
        (say("as shipped:"), say("turns at"), say("holds more often here")),
    )  # fmt: skip

    def text(value: float) -> str:
        return reading.numbers.shown(float(f"{value:.3g}"))

    return drawn(lambda width: strip(width, drawn_, text))


def _boxes(hinge: Hinge, factor: Factor | None, default: Any) -> tuple[str, str]:
    names = factor.choices if factor and factor.choices else ("false", "true")
    holding = [name in hinge.names for name in names]
    shipped = str(default).lower() if isinstance(default, bool) else str(default)
    chosen = names.index(shipped) if shipped in names else None
    return drawn(lambda width: options(width, names, holding, chosen))
