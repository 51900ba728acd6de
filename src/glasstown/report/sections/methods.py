"""How it was done, and how anybody can do it again."""

import json
import shlex
from dataclasses import asdict, dataclass

from glasstown.lab.ledger import ledger
from glasstown.lab.outcome import Outcome
from glasstown.release import EPOCH, RELEASE
from glasstown.report.figures.plate import Attachment, attached
from glasstown.report.ledger import Entry, Origins, SourceLine, entries, origins, sources
from glasstown.report.names import BREAKDOWNS
from glasstown.report.reading import Reading
from glasstown.report.words import mark

__all__ = ["Arm", "Methods", "methods"]

INSTITUTIONS = {
    "town": mark("People and homes"),
    "run": mark("The run"),
    "conduct": mark("Conduct"),
    "opinion": mark("Opinion"),
    "cameras": mark("Cameras"),
    "registry": mark("Registry"),
    "score": mark("Score"),
    "privileges": mark("Privileges"),
    "livelihood": mark("Livelihood"),
    "expiry": mark("Expiry of records"),
    "appeal": mark("Appeal"),
    "anonymity": mark("Anonymity online"),
    "audit": mark("Audit"),
    "authority": mark("Authority"),
    "children": mark("Children out of reach"),
    "climate": mark("Climate of opinion"),
    "courtship": mark("Courtship"),
    "denunciation": mark("Denunciation"),
    "detention": mark("Detention"),
    "firewall": mark("The wall around the net"),
    "gaming": mark("Ways round"),
    "grid": mark("Posts and checks"),
    "legitimacy": mark("Legitimacy"),
    "lifecourse": mark("Births to deaths"),
    "lists": mark("Blacklists"),
    "no_contagion": mark("No guilt by company"),
    "norms": mark("Norms"),
    "prediction": mark("Prediction"),
    "private_score": mark("Private score"),
    "proportionality": mark("Proportionality"),
    "realname": mark("Real names online"),
    "review": mark("Review by a person"),
    "separation": mark("Separate files"),
    "solidarity": mark("Solidarity"),
    "warrant": mark("Search by warrant"),
}


@dataclass(frozen=True, slots=True)
class Arm:
    """One scenario as its file tells it, and the digest of its last state."""

    kind: str
    world: str
    name: str
    title: str
    question: str
    assumed: tuple[str, ...]
    institutions: str
    digest: str
    scenario: str


@dataclass(frozen=True, slots=True)
class Methods:
    """All that stands under the last heading."""

    arms: tuple[Arm, ...]
    how: tuple[str, ...]
    origins: Origins
    counted: str
    tables: tuple[tuple[str, tuple[Entry, ...]], ...]
    books: Attachment
    sources: tuple[SourceLine, ...]
    command: str
    again: str


def methods(reading: Reading) -> Methods:
    """Everything that a referee asks for."""
    say, pair = reading.say, reading.pair
    tables = entries(reading)
    found = origins(reading)
    rows = [
        (table, e.key, e.value, e.without, e.unit, e.kind, e.origin, e.sweep)
        for table, some in tables.items()
        for e in some
    ]
    head = ("table", "key", "value", "without", "unit", "kind", "origin", "range")
    return Methods(
        (
            _arm(reading, pair.without, "without", say("Without it")),
            _arm(reading, pair.with_, "with", say("With the system")),
        ),
        _how(reading),
        found,
        say("{source} published, {estimated} published elsewhere, {assumed} assumed, {chosen} set by the "
            "scenarios.",
            **{kind: reading.numbers.whole(n) for kind, n in asdict(found).items()}),
        tuple((say(INSTITUTIONS[t]) if t in INSTITUTIONS else t, tuple(some)) for t, some in tables.items()),
        attached("parameters", head, rows),
        tuple(sources(reading)),
        _command(reading),
        say(
            "Release {release}, model epoch {epoch}. The same release, scenario and seed give the same "
            "bytes, whatever the "
            "number of threads; the digests below are of the last state of each world.",
            release=RELEASE, epoch=EPOCH,
        ),
    )  # fmt: skip


def _arm(reading: Reading, outcome: Outcome, kind: str, world: str) -> Arm:
    scenario, say = outcome.scenario, reading.say
    assumed = tuple(
        say.title(" ".join(part.split())) for part in scenario.assumed.split("\n\n") if part.strip()
    )
    names = [say(INSTITUTIONS[n]) if n in INSTITUTIONS else n for n in scenario.mechanisms]
    return Arm(
        kind, world, scenario.name, say.title(scenario.title),
        say.title(" ".join(scenario.question.split())), assumed,
        ", ".join(names), outcome.digest, scenario.digest,
    )  # fmt: skip


def _how(reading: Reading) -> tuple[str, ...]:
    say, numbers = reading.say, reading.numbers
    parts = ", ".join(say(BREAKDOWNS[by]).lower() for by in ("group", "age", "fifth"))
    return (
        say(
            "Both worlds hold the same {people} people with the same homes, ties and dispositions, and "
            "every draw of chance "
            "is keyed by person, day and purpose: what happens to somebody differs only where the "
            "institutions differ.",
            people=numbers.whole(reading.people),
        ),
        say(
            "A difference is the world with the system minus the world without it. Its 95% interval takes "
            "the districts as "
            "independent pairs (ratio estimator, Student's t); it measures chance, not whether assumptions "
            "are true."
        ),
        say(
            "Events are counted over the whole run and shown per year; what people think, say, own or may "
            "do is the mean of "
            "the last four samples; “ever” is as of the last day. All is kept {parts}, and in the data.",
            parts=parts,
        ),
        say(
            "A single run cannot say how far an assumption matters: for that, vary it over its range, given "
            "below."
        ),
    )


def _command(reading: Reading) -> str:
    """What to type to get this again, safe to paste."""
    without, with_ = reading.pair.without.scenario, reading.pair.with_.scenario
    run = with_.run
    parts = ["glasstown", "compare", without.name, with_.name]
    parts += ["--people", str(reading.people), "--days", str(reading.days), "--seed", str(run.seed)]
    if run.replicate:
        parts += ["--set", f"run.replicate={run.replicate}"]
    books = ledger(without) | ledger(with_)
    given = {key for each in (without, with_) for key, origin in each.origins.items() if origin == "--set"}
    for key in sorted(given & books.keys() - SHORT):
        parts += ["--set", f"{key}={json.dumps(books[key]['value'], ensure_ascii=False)}"]
    return shlex.join(parts)


SHORT = frozenset({"town.people", "run.days", "run.seed", "run.replicate"})
"""Keys that have an option of their own."""
