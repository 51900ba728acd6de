"""The head of the report: one honest paragraph made of the verdicts, the facts, and what this is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from glasstown.lab.claim_check import Checked
from glasstown.lab.verdict import Verdict
from glasstown.report.study.hinges import about, name_of
from glasstown.report.study.reading import StudyReading
from glasstown.report.words import Spoken

__all__ = ["cautions", "facts", "paragraph", "title", "unpublished", "warnings"]

FEW_DRAWS: Final = 64
FEW_PEOPLE: Final = 5_000
"""Below either a study is small, and says so first."""

YES: Final = ("holds", "mostly")
NO: Final = ("seldom", "never")
OPEN: Final = ("undecided", "unmeasured")
FOR: Final = ("defender", "official")
"""Who speaks for the system."""

Pairs = Sequence[tuple[Checked, Verdict]]


@dataclass(frozen=True, slots=True)
class Unpublished:
    """A number that nobody has published: its name, what it is, and id, sentence and language of
    each claim that turns on it first.
    """

    name: str
    meaning: Spoken
    claims: tuple[tuple[str, str, str], ...]


def title(reading: StudyReading) -> str:
    """What the page is called."""
    count = len(reading.pairs)
    return reading.say.many(
        count, "One claim, put to the test.", "{n} claims, put to the test.", n=reading.numbers.whole(count)
    )


def warnings(reading: StudyReading) -> tuple[str, ...]:
    """What has to be said first: that the study is not complete, or small."""
    say, whole, it = reading.say, reading.numbers.whole, reading.study.facts
    found = []
    if not it.complete:
        found.append(say(
            "This study is not complete: {draws} of {most} draws have been lived. What follows may change.",
            draws=whole(it.draws), most=whole(it.most),
        ))  # fmt: skip
    if it.draws < FEW_DRAWS or it.people < FEW_PEOPLE:
        found.append(say(
            "This is a small study: {draws} draws of what is assumed, in towns of {people} people. It shows "
            "how a study is made; its verdicts may be others in a larger one.",
            draws=whole(it.draws), people=whole(it.people),
        ))  # fmt: skip
    if it.failed:
        lost = sum(it.failed.values())
        found.append(say.many(
            lost, "One run could not end; the methods say why.", "{n} runs could not end; the methods say "
                  "why.",
            n=whole(lost),
        ))  # fmt: skip
    return tuple(found)


def paragraph(reading: StudyReading) -> tuple[str, ...]:
    """What the verdicts come to, in whole sentences of which each is true alone."""
    say, whole, pairs = reading.say, reading.numbers.whole, reading.pairs
    judged = [pair for pair in pairs if pair[1].word not in OPEN]
    found = [say.many(
        len(pairs),
        "One sentence that is said about a system of social control was tried in an invented town, under "
        "{draws} draws of what nobody has measured there.",
        "{n} sentences that are said about a system of social control were tried in an invented town, under "
        "{draws} draws of what nobody has measured there.",
        n=whole(len(pairs)), draws=whole(reading.study.facts.draws),
    )]  # fmt: skip
    if judged:
        found += [_counted(reading, judged), *_sides(reading, judged), *_loose(reading, judged)]
    found += _open(reading, pairs)
    found += _unpublished(reading)
    found.append(say(
        "A share of draws is no probability that a sentence is true of any place: it says how often it "
        "survives, inside this model, what could be assumed."
    ))  # fmt: skip
    return tuple(found)


def _count(pairs: Pairs, words: Sequence[str]) -> int:
    return sum(verdict.word in words for _, verdict in pairs)


def _counted(reading: StudyReading, judged: Pairs) -> str:
    say, whole = reading.say, reading.numbers.whole
    values = {
        "n": whole(len(judged)), "yes": whole(_count(judged, YES)),
        "depends": whole(_count(judged, ("depends",))), "no": whole(_count(judged, NO)),
    }  # fmt: skip
    return say(
        "In this model {n} could be decided. Hold or mostly hold: {yes}; depend on what is assumed: "
        "{depends}; seldom hold or do not: {no}.",
        **values,
    )


def _sides(reading: StudyReading, judged: Pairs) -> list[str]:
    """How the claims of both sides fare, in the same words for both."""
    for_ = [pair for pair in judged if pair[0].claim.said_by in FOR]
    others = [pair for pair in judged if pair[0].claim.said_by not in FOR]
    if not for_ or not others:
        return []
    whole = reading.numbers.whole
    return [reading.say(
        "Holding or mostly holding in the model: {yes} of the {n} that speak for the system, {more} of the "
        "{rest} others.",
        yes=whole(_count(for_, YES)), n=whole(len(for_)), more=whole(_count(others, YES)),
        rest=whole(len(others)),
    )]  # fmt: skip


def _loose(reading: StudyReading, judged: Pairs) -> list[str]:
    """Of how many verdicts the word is not firm."""
    count = sum(not verdict.firm for _, verdict in judged)
    if not count:
        return []
    return [reading.say.many(
        count, "The word of one of these {judged} is not firm: at one end of its interval it would be "
        "another.",
        "The words of {n} of these {judged} are not firm: at one end of their intervals they would be "
        "others.",
        n=reading.numbers.whole(count), judged=reading.numbers.whole(len(judged)),
    )]  # fmt: skip


def _open(reading: StudyReading, pairs: Pairs) -> list[str]:
    say, whole = reading.say, reading.numbers.whole
    undecided, unmeasured = _count(pairs, ("undecided",)), _count(pairs, ("unmeasured",))
    found = []
    if undecided:
        found.append(say.many(
            undecided, "One stays undecided: in more than half of the draws chance, or a ratio that divides "
            "by nothing, leaves it open.",
            "{n} stay undecided: in more than half of the draws chance, or a ratio that divides by nothing, "
            "leaves them open.",
            n=whole(undecided),
        ))  # fmt: skip
    if unmeasured:
        found.append(say.many(
            unmeasured, "One is not measured yet, and has no verdict.",
            "{n} are not measured yet, and have no verdict.", n=whole(unmeasured),
        ))  # fmt: skip
    return found


def _turning(reading: StudyReading) -> list[tuple[Checked, Verdict]]:
    """Claims whose verdict turns first on a number that nobody has published."""
    return [
        (checked, verdict) for checked, verdict in reading.pairs
        if verdict.word not in OPEN and verdict.hinges
        and reading.kind(verdict.hinges[0].parameter) == "assumed"
    ]  # fmt: skip


def _unpublished(reading: StudyReading) -> list[str]:
    """How many verdicts turn on a number that nobody has published."""
    turning = _turning(reading)
    if not turning:
        return []
    return [reading.say.many(
        len(turning),
        "Of those that could be decided, one turns first on a number that nobody has published.",
        "Of those that could be decided, {n} turn first on a number that nobody has published.",
        n=reading.numbers.whole(len(turning)),
    )]  # fmt: skip


def unpublished(reading: StudyReading) -> tuple[Unpublished, ...]:
    """Those numbers, each with the claims that turn on it first."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for checked, verdict in _turning(reading):
        it = checked.claim
        line = (it.id, reading.text(it.sentence), reading.tongue(it.sentence))
        found.setdefault(verdict.hinges[0].parameter, []).append(line)
    return tuple(
        Unpublished(name_of(reading, key), about(reading, key), tuple(lines)) for key, lines in found.items()
    )


def facts(reading: StudyReading) -> tuple[tuple[str, str], ...]:
    """What was run, as pairs of a word and a value."""
    say, whole, it = reading.say, reading.numbers.whole, reading.study.facts
    found = [
        (say("Claims"), whole(len(reading.pairs))), (say("Draws"), whole(it.draws)),
        (say("People in each town"), whole(it.people)), (say("Runs"), whole(it.runs)),
    ]  # fmt: skip
    return tuple(found)


def cautions(reading: StudyReading) -> tuple[str, ...]:
    """What this is not."""
    say = reading.say
    return (
        say(
            "Nobody here is real: people, homes and ties are drawn from published totals. This describes no "
            "country, predicts nothing and scores nobody."
        ),
        say(
            "A verdict is about a sentence inside a model. What the model leaves out, each claim says under "
            "“what it cannot tell”; a number quoted without its interval and that limit is quoted wrongly."
        ),
        say(
            "Findings that speak for the system stand beside those that speak against it, by the same rules "
            "and in the same words. Nothing was tuned to make a claim hold or fail."
        ),
    )
