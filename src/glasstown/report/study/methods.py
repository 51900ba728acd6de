"""How it was done, written from what ran: the ODD protocol, the design, the statistics, the sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from glasstown.lab.judging import decisive
from glasstown.lab.ledger import cited, institutions
from glasstown.lab.verdict import CLAIMS
from glasstown.report.ledger import SourceLine, cited_lines
from glasstown.report.sections.methods import INSTITUTIONS
from glasstown.report.study.reading import StudyReading

__all__ = ["Methods", "Submodel", "methods"]


@dataclass(frozen=True, slots=True)
class Submodel:
    """One institution: ``is_`` and ``alone`` are in English, as the catalogue tells them."""

    name: str
    key: str
    is_: str
    alone: str
    parameters: str


@dataclass(frozen=True, slots=True)
class Methods:
    """All that stands under the last heading; ``parts`` pair a heading of the protocol with its sentences."""

    parts: tuple[tuple[str, tuple[str, ...]], ...]
    submodels: tuple[Submodel, ...]
    held: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str], ...]
    sources: tuple[SourceLine, ...]
    command: str
    again: str
    facts: tuple[tuple[str, str], ...]


def methods(reading: StudyReading) -> Methods:
    """Everything that a referee asks for."""
    say, it = reading.say, reading.study.facts
    found: dict[str, Mapping[str, Any]] = {}
    for scenario in reading.scenarios:
        found |= cited(scenario)
    parts = (
        (say("Purpose"), _purpose(reading)),
        (say("Entities and state"), _entities(reading)),
        (say("Process and order"), _day(reading)),
        (say("Design concepts"), _concepts(reading)),
        (say("Initialisation"), _initialisation(reading)),
        (say("Input"), _input(reading, len(found))),
        (say("Design of the draws"), _draws(reading)),
        (say("Statistics"), _statistics(reading)),
    )
    facts = (
        (say("Release"), it.release), (say("Model epoch"), str(it.epoch)), (say("Seed"), str(it.seed)),
        (say("Seed of the design"), str(reading.study.design.seed)), (say("Begun"), it.dated or "–"),
    )  # fmt: skip
    again = say(
        "The same release, claims and seed give the same bytes, whatever the number of threads and workers. "
        "A bundle of this study holds everything that this takes; the command below runs it again and "
        "compares."
    )
    return Methods(
        parts, _submodels(reading), tuple(reading.study.design.held.items()),
        tuple((reason, reading.numbers.whole(count)) for reason, count in it.failed.items()),
        tuple(cited_lines(found)), "glasstown reproduce BUNDLE", again, facts,
    )  # fmt: skip


def _purpose(reading: StudyReading) -> tuple[str, ...]:
    return (
        reading.say(
            "To put sentences about a system of social control to the test, over the whole range of what "
            "nobody has measured. The model describes institutions by their effect and their error, never by "
            "their technique, and knows invented people alone."
        ),
    )


def _entities(reading: StudyReading) -> tuple[str, ...]:
    say, whole, it = reading.say, reading.numbers.whole, reading.study.facts
    return (
        say(
            "{people} people, each with age, sex, group, home, income, dispositions, ties to others, a file, "
            "and what institutions keep of them.",
            people=whole(it.people),
        ),
        say("A step is a day. State is whole numbers and fixed point."),
    )  # fmt: skip


def _day(reading: StudyReading) -> tuple[str, ...]:
    return (
        reading.say(
            "Each day a person acts, is observed, is filed, is judged, is visited, gains or loses rights, "
            "responds by changing beliefs and ties, and ages; then the measures are taken. Within a phase no "
            "order matters."
        ),
    )


def _concepts(reading: StudyReading) -> tuple[str, ...]:
    say = reading.say
    return (
        say(
            "Institutions act on people through what they record, close and show; people act on one another "
            "through what is visible. Nothing else couples them."
        ),
        say(
            "Every draw of chance is keyed by person, day and purpose. Arms that share a draw and a "
            "replicate hold the same people with the same chances, so that they differ only where "
            "institutions differ."
        ),
    )


def _initialisation(reading: StudyReading) -> tuple[str, ...]:
    return (
        reading.say(
            "People, homes and ties are drawn from published totals. Files, lists and the like begin settled "
            "where the scenario says so, else empty."
        ),
    )


def _input(reading: StudyReading, count: int) -> tuple[str, ...]:
    return (
        reading.say.many(
            count, "No data of any real person. The parameters cite {n} document, listed below.",
            "No data of any real person. The parameters cite {n} documents, listed below.",
            n=reading.numbers.whole(count),
        ),
    )  # fmt: skip


def _draws(reading: StudyReading) -> tuple[str, ...]:
    say, whole, study = reading.say, reading.numbers.whole, reading.study
    it, design = study.facts, study.design
    fewest, most = it.replicates
    found = [
        say(
            "{factors} parameters that are assumed, or published for another place or use, were drawn from "
            "the ranges that they state: {draws} points of a scrambled Sobol sequence, by the logarithm "
            "where a range spans more than two powers of ten. Half of the draws of a number lie below the "
            "value that is shipped and half above, so that shares of draws depend on these values, too. A "
            "draw gives a parameter one value for all arms, but an arm keeps what makes it that arm. Held in "
            "all arms, for the reasons below: {held}.",
            factors=whole(len(design.factors)), draws=whole(it.draws), held=whole(len(design.held)),
        ),
        say.many(
            most, "Each draw was lived once in each arm that decides a claim, {runs} runs in all.",
            "Each draw was lived {fewest} to {most} times in each arm that decides a claim, {runs} runs in "
            "all.",
            fewest=whole(fewest), most=whole(most), runs=whole(it.runs),
        ),
    ]  # fmt: skip
    beside = _beside(reading)
    if 0 < beside < it.draws:
        found.append(say.many(
            beside, "Arms that decide nothing, such as one safeguard alone, were lived in one draw.",
            "Arms that decide nothing, such as one safeguard alone, were lived in {n} draws.",
            n=whole(beside),
        ))  # fmt: skip
    passed = sum(design.refused.values())
    if passed:
        found.append(say.many(
            passed, "One point was passed over, since two of its values contradict each other.",
            "{n} points were passed over, since two of their values contradict each other.", n=whole(passed),
        ))  # fmt: skip
    return tuple(found)


def _beside(reading: StudyReading) -> int:
    """Draws in which arms that decide nothing were lived."""
    study = reading.study
    deciding = {study.arms[e.claim.id, arm] for e in study.claims for arm in decisive(e.claim)}
    lived = study.readings.lived
    return max((int(lived[arm].any(axis=1).sum()) for arm in lived.keys() - deciding), default=0)


def _statistics(reading: StudyReading) -> tuple[str, ...]:
    say, whole = reading.say, reading.numbers.whole
    return (
        say(
            "In one draw a condition holds or fails where the difference between paired replicates is clear "
            "of the smallest that matters (moderated t: the variance is shrunk towards one that is fitted to "
            "all draws and follows the size of the difference); else the draw is undecided. Some "
            "draws are lived twice in every answer, to learn how much chance does; in the last, draws are "
            "lived again as often as their interval needs, four times at most."
        ),
        say(
            "Intervals of shares are Wilson's, widened after Šidák so that those of {n} claims hold all at "
            "once. No p-value is given.",
            n=whole(CLAIMS),
        ),
        say(
            "The word follows the share of all judged draws: 90% and 67% that hold make “holds” and “mostly "
            "holds”, 90% and 67% that fail “does not hold” and “seldom holds”. Undecided draws help neither "
            "side."
        ),
        say(
            "The smallest differences that matter were written down before any verdict was computed. The "
            "margin of a draw is the least distance of its conditions from their borders, in units of what "
            "matters: above 0 where the claim holds."
        ),
        say(
            "Influence is the first-order index of the margin's rank on one parameter, told where it exceeds "
            "what shuffled draws give in 19 of 20 shuffles. A hinge is the cut of a parameter's range that "
            "tells most draws rightly, told by the same rule."
        ),
    )


def _submodels(reading: StudyReading) -> tuple[Submodel, ...]:
    known = institutions()
    there = {name for scenario in reading.scenarios for name in scenario.mechanisms}
    counts: dict[str, int] = {}
    for key in reading.parameters:
        table = key.partition(".")[0]
        counts[table] = counts.get(table, 0) + 1
    found = []
    for name in [each for each in INSTITUTIONS if each in there] + sorted(there - INSTITUTIONS.keys()):
        about = known.get(name, {})
        found.append(Submodel(
            reading.say(INSTITUTIONS[name]) if name in INSTITUTIONS else name, name, about.get("is", ""),
            about.get("alone", ""), reading.numbers.whole(counts.get(name, 0)),
        ))  # fmt: skip
    return tuple(found)
