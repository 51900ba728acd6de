"""The claims, each with its verdict, what decides it, what it turns on, and what it cannot tell."""

from dataclasses import dataclass

from glasstown.lab.claim import Claim
from glasstown.lab.claim_check import Checked
from glasstown.lab.turning import turns_on
from glasstown.lab.verdict import MOSTLY, Verdict
from glasstown.report.figures.plate import Attachment, Cell, Plate, attached
from glasstown.report.figures.slats import slats, stack
from glasstown.report.study.deciding import deciding, failing, reasons, sentences
from glasstown.report.study.hinges import Turn, turns
from glasstown.report.study.reading import SAID_BY, StudyReading

__all__ = ["ArmLine", "Card", "Glance", "Group", "files", "glances", "groups"]


@dataclass(frozen=True, slots=True)
class ArmLine:
    """One arm: its name, what its scenario is called, the scenario's key and what is laid over it."""

    name: str
    title: str
    scenario: str
    settings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One claim. ``needs``, in English, is what would have to be measured; ``tongue`` is the sentence's.

    ``reasons``: why each border lies where it lies, and in which language that is told.
    """

    id: str
    sentence: str
    tongue: str
    who: str
    word: str
    firm: str
    share: str
    rest: str
    slats: str
    slats_words: str
    needs: str
    deciding: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    plate: Plate | None
    turns: tuple[Turn, ...]
    no_turn: str
    rests: str
    cannot_tell: str
    horizon: str
    arms: tuple[ArmLine, ...]
    differs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Claims that the same side makes."""

    title: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """One line of the table of all verdicts; ``firm`` says that the word is not, "" where it is."""

    id: str
    sentence: str
    tongue: str
    word: str
    firm: str
    share: str
    bar: str


def groups(reading: StudyReading) -> tuple[Group, ...]:
    """All claims by who says them."""
    return tuple(
        Group(words, tuple(_card(reading, *pair) for pair in pairs)) for words, pairs in reading.groups
    )


def glances(reading: StudyReading) -> tuple[tuple[str, tuple[Glance, ...]], ...]:
    """All verdicts in short, by who makes the claim."""
    return tuple((words, tuple(_glance(reading, *pair) for pair in pairs)) for words, pairs in reading.groups)


def _glance(reading: StudyReading, checked: Checked, verdict: Verdict) -> Glance:
    sentence = checked.claim.sentence
    judged = verdict.holds.of > 0
    bar = stack(verdict.holds.value, verdict.undecided.value, verdict.fails.value) if judged else ""
    return Glance(
        checked.claim.id, reading.text(sentence), reading.tongue(sentence), reading.word(verdict.word),
        reading.say("not firm") if judged and not verdict.firm else "",
        reading.share(verdict.holds) if judged else "", bar,
    )  # fmt: skip


def _card(reading: StudyReading, checked: Checked, verdict: Verdict) -> Card:
    claim, say = checked.claim, reading.say
    judged = verdict.holds.of > 0
    found = turns(reading, checked, verdict)
    held = verdict.holds
    share = say("Holds in {share} of {n} draws", share=reading.share(held), n=reading.numbers.whole(held.of))
    return Card(
        id=claim.id, sentence=reading.quoted(claim.sentence), tongue=reading.tongue(claim.sentence),
        who=say(SAID_BY[claim.said_by]), word=reading.word(verdict.word),
        firm=_firm(reading, verdict) if judged else "",
        share=share if judged else say("No draw was judged."),
        rest=_rest(reading, claim, verdict) if judged else "",
        slats=slats(held.low, held.value, held.high) if judged else "",
        slats_words=share,
        needs=claim.needs, deciding=sentences(reading, claim, verdict), reasons=reasons(reading, claim),
        plate=deciding(reading, claim, verdict), turns=found,
        no_turn="" if found or not judged else reading.text(turns_on(verdict)),
        rests=_rests(reading, verdict), cannot_tell=reading.text(claim.cannot_tell),
        horizon=_horizon(reading, claim, verdict), arms=_arms(reading, checked), differs=claim.differs,
    )  # fmt: skip


def _firm(reading: StudyReading, verdict: Verdict) -> str:
    if verdict.firm:
        return reading.say("The word is the same at both ends of the interval.")
    return reading.say("At one end of the interval the word would be another.")


def _rest(reading: StudyReading, claim: Claim, verdict: Verdict) -> str:
    """What the other draws say, and what stands behind the word."""
    say, numbers = reading.say, reading.numbers
    told = [say(
        "It fails in {fails} and is undecided in {undecided}.",
        fails=numbers.percent(verdict.fails.value, 0), undecided=numbers.percent(verdict.undecided.value, 0),
    )]  # fmt: skip
    if verdict.failed:
        told.append(say.many(
            verdict.failed, "One more draw has a run that could not end; it is in no share.",
            "{n} more draws have a run that could not end; they are in no share.",
            n=numbers.whole(verdict.failed),
        ))  # fmt: skip
    if verdict.undefined:
        told.append(say.many(
            verdict.undefined, "In one draw some ratio divides by nothing; it counts as undecided.",
            "In {n} draws some ratio divides by nothing; they count as undecided.",
            n=numbers.whole(verdict.undefined),
        ))  # fmt: skip
    if verdict.word in ("depends", "undecided") and verdict.holds.high < 1 - MOSTLY:
        told.append(say(
            "It holds in few draws: the word is not “seldom holds” only because so many are undecided."
        ))  # fmt: skip
    return " ".join(filter(None, (*told, failing(reading, claim, verdict))))


def _rests(reading: StudyReading, verdict: Verdict) -> str:
    it, whole = verdict.rests, reading.numbers.whole
    if not (it.published or it.estimated or it.assumed or it.chosen):
        return ""
    return reading.say(
        "Of the numbers in its arms {published} are published, {estimated} published for another place or "
        "use, {assumed} assumed and {chosen} set by the scenarios. The verdict ranges over {drawn} "
        "parameters.",
        published=whole(it.published), estimated=whole(it.estimated), assumed=whole(it.assumed),
        chosen=whole(it.chosen), drawn=whole(it.drawn),
    )  # fmt: skip


def _horizon(reading: StudyReading, claim: Claim, verdict: Verdict) -> str:
    whole = reading.numbers.whole
    people = verdict.people or claim.horizon.people
    days = verdict.days or claim.horizon.days
    fewest, most = verdict.replicates
    if not verdict.draws:
        return reading.say("{people} people, {days} days.", people=whole(people), days=whole(days))
    if fewest == most:
        return reading.say.many(
            most, "{people} people, {days} days, lived once in each draw and arm.",
            "{people} people, {days} days, lived {most} times in each draw and arm.",
            people=whole(people), days=whole(days), most=whole(most),
        )  # fmt: skip
    return reading.say(
        "{people} people, {days} days, lived {fewest} to {most} times in each draw and arm.",
        people=whole(people), days=whole(days), fewest=whole(fewest), most=whole(most),
    )  # fmt: skip


def _arms(reading: StudyReading, checked: Checked) -> tuple[ArmLine, ...]:
    found = []
    for arm in checked.claim.arms:
        scenario = checked.scenarios.get(arm.name)
        title = reading.say.title(scenario.title) if scenario else ""
        found.append(ArmLine(reading.say.title(arm.name), title, arm.scenario, arm.settings))
    return tuple(found)


def files(reading: StudyReading) -> tuple[tuple[str, Attachment], ...]:
    """All verdicts, hinges and influences, and how each draw went, as data."""
    say, pairs = reading.say, reading.pairs
    head = (
        "claim", "said_by", "word", "firm", "draws", "failed", "undefined", "holds", "holds_low",
        "holds_high", "fails", "fails_low", "fails_high", "undecided", "undecided_low", "undecided_high",
        "published", "estimated", "assumed", "chosen", "drawn",
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (v.claim, c.claim.said_by, v.word, str(v.firm).lower(), v.draws, v.failed, v.undefined,
         *(x for s in (v.holds, v.fails, v.undecided) for x in (s.value, s.low, s.high)),
         v.rests.published, v.rests.estimated, v.rests.assumed, v.rests.chosen, v.rests.drawn)
        for c, v in pairs
    ]  # fmt: skip
    hinges = [
        (v.claim, h.parameter, h.unit, h.at, h.low, h.high, *(h.ends or (None, None)), " ".join(h.names),
         h.above.value, h.below.value, h.right)
        for _, v in pairs for h in v.hinges
    ]  # fmt: skip
    hinge_head = ("claim", "parameter", "unit", "at", "low", "high", "from", "to", "names", "holds_above",
                  "holds_below", "told_rightly")  # fmt: skip
    states = [
        (v.claim, draw, state, margin)
        for _, v in pairs
        for draw, (state, margin) in enumerate(zip(v.states, v.margins, strict=False))
    ]
    return (
        (say("All verdicts as CSV"), attached("verdicts", head, rows)),
        (say("What they turn on as CSV"), attached("hinges", hinge_head, hinges)),
        (say("Every draw as CSV"), attached("draws", ("claim", "draw", "state", "margin"), states)),
    )
