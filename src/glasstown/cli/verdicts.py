"""Verdicts as text: what the main job prints."""

from collections.abc import Iterable

from glasstown.cli.text import wrapped
from glasstown.lab.claim import Claim
from glasstown.lab.study import Study
from glasstown.lab.turning import turns_on
from glasstown.lab.verdict import WORDS, Effect, Share, Verdict
from glasstown.report.numbers import Numbers, digits_for

NUMBERS = Numbers("en")

SAID = {
    "article": "the article", "official": "officials, as the article quotes them",
    "defender": "defenders of the system", "other": "others",
}  # fmt: skip
"""Who says a claim."""


def told(study: Study) -> str:
    """All verdicts of a study, and what they rest on."""
    lines = [heading(study), ""]
    for found in study.claims:
        lines += [*about(found.claim, study.verdict(found.claim.id)), ""]
    lines += [wrapped(each) for each in cautions(study)]
    return "\n".join(lines)


def heading(study: Study) -> str:
    """How much was lived."""
    facts = study.facts
    least, most = facts.replicates
    times = f"{least} to {most} times" if most > least else ("twice" if most == 2 else f"{most} times")
    times = "once" if (least, most) == (1, 1) else times
    text = (
        f"{len(study.claims)} claims under {facts.draws:,} draws of what is assumed "
        f"({len(study.design.factors)} numbers and switches), each lived {times} by {facts.people:,} people: "
        f"{facts.runs:,} runs."
    )
    if not facts.complete:
        text += f" A first answer: {facts.most:,} draws were asked for."
    return wrapped(text)


def about(claim: Claim, verdict: Verdict) -> list[str]:
    """One claim: the sentence, the verdict, what decided it, what it turns on."""
    lines = [wrapped(f"{claim.id}: {claim.sentence.en}")]
    if verdict.word == "unmeasured":
        return [*lines, wrapped(f"Not measured yet: needs {claim.needs}.", "    ", "  ")]
    said = f"{WORDS[verdict.word].en}: in {share(verdict.holds)} of the draws"
    lines.append(wrapped(f"{said}; {rest(verdict)}.", "    ", "  "))
    lines += [wrapped(effect(each), "      ", "    ") for each in verdict.conditions]
    return [*lines, wrapped(turns_on(verdict).en, "      ", "    ")]


def rest(verdict: Verdict) -> str:
    """The draws in which it does not hold."""
    parts = [f"fails in {NUMBERS.percent(verdict.fails.value, 0)}"]
    if verdict.undecided.count:
        parts.append(f"undecided in {NUMBERS.percent(verdict.undecided.value, 0)}")
    if verdict.failed:
        parts.append(f"{verdict.failed} draws could not be lived")
    return ", ".join(parts)


def share(found: Share) -> str:
    """A share with its interval: "81% (68 to 90%)"."""
    low, high = NUMBERS.plain(100 * found.low, 0), NUMBERS.percent(found.high, 0)
    return f"{NUMBERS.percent(found.value, 0)} ({low} to {high})"


def effect(each: Effect) -> str:
    """What a condition's measure did: medians in both arms, and the difference over all draws."""
    if each.median is None or each.low is None or each.high is None or each.other is None:
        return f"{each.measure}: defined in no draw"
    digits = digits_for(max(abs(each.low), abs(each.high)) or 1.0)
    spread = f"{NUMBERS.signed(each.low, digits)} to {NUMBERS.signed(each.high, digits)}"
    if each.than is not None:
        places = digits_for(each.other or 1.0)
        middle = f"{each.measure} in {each.arms[1]}: {NUMBERS.plain(each.other, places)} in the middle draw"
        return f"{middle}, against {each.than:g} ({spread} in nine draws of ten)"
    text = f"{each.measure}: {NUMBERS.signed(each.median, digits)} ({spread} in nine draws of ten)"
    by = f"{100 * each.matters:g} %" if each.relative and each.matters else f"{each.matters:g}"
    return f"{text}; what matters: {by}"


def cautions(study: Study) -> Iterable[str]:
    """What must be said beside the figures."""
    yield (
        "A share of draws is no probability that a sentence is true of any place: it says how often the "
        "sentence survives what nobody has measured, in a town that does not exist. Intervals hold for all "
        "claims at once."
    )
    if study.facts.failed:
        yield f"{sum(study.facts.failed.values()):,} runs could not end; their draws are left out."
