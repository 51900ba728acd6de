"""One life in two worlds, one that gains, and one to whom nothing happens."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from glasstown.core.columns import POINT
from glasstown.core.vocabulary import Event, Right
from glasstown.measures import cells
from glasstown.report.figures import lanes
from glasstown.report.figures.plate import Attachment, Grid, Plate, attached, drawn
from glasstown.report.lives import DOORS, REFUSED, Chain, Chosen, Life, Panel, panel
from glasstown.report.moments import Moment, moments, span_of
from glasstown.report.names import RIGHTS, level_name
from glasstown.report.reading import Reading
from glasstown.report.words import mark

__all__ = ["Card", "LifeStory", "story"]


@dataclass(frozen=True, slots=True)
class Card:
    """One of the people: why chosen, the name, who it is, what is to be said in a sentence or two."""

    tag: str
    name: str
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class LifeStory:
    """The section: cards, then one life told in full."""

    cards: tuple[Card, ...]
    name: str
    words: tuple[str, ...]
    totals: Grid
    plate: Plate
    told: tuple[Moment, ...]
    left_out: str
    day_words: tuple[str, ...]


def story(reading: Reading) -> LifeStory | None:
    """None if no lives were kept, or none has anything to tell."""
    if "diary" not in reading.pair.with_.lives or "diary" not in reading.pair.without.lives:
        return None
    followed = panel(reading.pair)
    harmed, gaining, untouched = followed.harmed(), followed.gaining(), followed.untouched()
    full = harmed or gaining or untouched
    if full is None:
        return None
    cards = [
        _card(reading, followed, chosen, kind)
        for chosen, kind in ((harmed, "harmed"), (gaining, "gaining"), (untouched, "untouched")) if chosen
    ]  # fmt: skip
    life, say = full.life, reading.say
    told, left = moments(life, full.chain, say, reading.numbers)
    days = tuple(say("day {day}", day=reading.numbers.whole(each.day)) for each in told)
    return LifeStory(
        tuple(cards), _name(reading, life), tuple(_words(reading, full)), _totals(reading, life),
        _plate(reading, life, full.chain), tuple(told), _left_out(reading, left), days,
    )  # fmt: skip


def _left_out(reading: Reading, count: int) -> str:
    if not count:
        return ""
    return reading.say.many(
        count, "One quieter day is left out; it is in the data.", "{n} quieter days are left out; they are "
        "in the data.",
        n=reading.numbers.whole(count),
    )  # fmt: skip


def _name(reading: Reading, life: Life) -> str:
    return reading.say("Person {number}", number=reading.numbers.whole(life.person))


def _who(reading: Reading, life: Life) -> str:
    """Age, sex, income and district; no names are ever given."""
    about, say = life.about, reading.say
    fifth = level_name("fifth", about["stratum"] % len(cells.FIFTHS), say, reading.numbers)
    words = (
        mark("Woman, {age}. {fifth}, district {district}.")
        if about["sex"]
        else mark("Man, {age}. {fifth}, district {district}.")
    )
    return say(
        words,
        age=reading.numbers.whole(about["age"]),
        fifth=fifth,
        district=reading.numbers.whole(about["district"] + 1),
    )


def _card(reading: Reading, followed: Panel, chosen: Chosen, kind: str) -> Card:
    say, numbers, life = reading.say, reading.numbers, chosen.life
    counts = {"alike": numbers.whole(chosen.alike), "people": numbers.whole(followed.people)}
    if kind == "harmed":
        tag = say("Shut out after crossing on red")
        words = say("Of {people} people followed day by day, this happened to {alike}.", **counts)
    elif kind == "gaining":
        tag = say("Gains from it")
        words = _gains(reading, life, counts)
    else:
        tag = say("Nothing happens")
        words = say(
            "The system took no note of this person: no name, no entry, no report, no list, no flag, no "
            "check; no "
            "points were lost, no right closed. Of {people} people followed, this is true of {alike}.",
            **counts,
        )  # fmt: skip
    return Card(tag, _name(reading, life), _who(reading, life), words)


def _gains(reading: Reading, life: Life, counts: dict[str, str]) -> str:
    say, numbers = reading.say, reading.numbers
    gain = 10 * (_last(life, "with", "earnings") - _last(life, "without", "earnings"))
    if gain > 0:
        return say(
            "Ends with {gain} yuan a year more than the twin without the system, and every door open. Of "
            "{people} people "
            "followed, {alike} end better off in this way.", gain=numbers.whole(gain), **counts,
        )  # fmt: skip
    return say(
        "Ends with a score of {score} and every door open. Of {people} people followed, {alike} end with a "
        "higher score "
        "than they began with and no door closed.",
        score=numbers.whole(_last(life, "with", "score") // POINT), **counts,
    )  # fmt: skip


def _last(life: Life, world: str, column: str) -> int:
    days = life.with_ if world == "with" else life.without
    return int(days[column][-1]) if column in days else 0


def _words(reading: Reading, chosen: Chosen) -> list[str]:
    life, chain, say, numbers = chosen.life, chosen.chain, reading.say, reading.numbers
    if chain is None and not reading.has("cameras", "score", "privileges"):
        return [
            say(
                "The opening scene takes cameras, a score and rights that hang on it; not all of them "
                "are here."
            )
        ]
    if chain is None:
        return [
            say(
                "In this run nobody of those followed crossed on red, was named by a camera and found a "
                "door closed for it."
            )
        ]
    found = [_scene(reading, life, chain), _price(reading, life, chain)]
    before = int(life.happened("with", Event.LOST_POINTS | Event.LOST_POINTS_WRONGLY)[: chain.crossed].sum())
    if before:
        found.append(say.many(
            before, "Points had already been lost on one earlier day.",
            "Points had already been lost on {n} earlier days.", n=numbers.whole(before),
        ))  # fmt: skip
    if "perceived_risk" in life.with_ and chain.crossed > 0:
        risk = life.with_["perceived_risk"].astype(np.float64) / 65535
        found.append(say(
            "The day before, this person believed that {before} of crossings on red are noticed; that "
            "evening {after}.",
            before=numbers.percent(risk[chain.crossed - 1]), after=numbers.percent(risk[chain.crossed]),
        ))  # fmt: skip
    after = slice(chain.crossed + 1, None)
    rest = len(life.with_["diary"]) - chain.crossed - 1
    if rest > 1:
        found.append(say(
            "In the next {days} days this person crosses on red on {with_} with the system and on {without} "
            "without it.",
            days=numbers.whole(rest),
            with_=numbers.whole(int(life.happened("with", Event.OFFENDED)[after].sum())),
            without=numbers.whole(int(life.happened("without", Event.OFFENDED)[after].sum())),
        ))  # fmt: skip
    return found


def _scene(reading: Reading, life: Life, chain: Chain) -> str:
    say, numbers = reading.say, reading.numbers
    values = {"day": numbers.whole(chain.crossed)}
    after = int(life.with_["named_after"][chain.crossed]) if "named_after" in life.with_ else 0
    values["seconds"] = span_of(after, say, numbers)
    if chain.mistaken:
        return say(
            "On day {day} somebody else crosses on red, and after {seconds} a camera gives this person's "
            "name.",
            **values,
        )
    if chain.unseen:
        return say(
            "On day {day} this person crosses on red, in both lives. With the system a camera gives the "
            "name after {seconds}; "
            "without it nobody notes anything.", **values,
        )  # fmt: skip
    return say(
        "On day {day} this person crosses on red, and after {seconds} a camera gives the name.", **values
    )


def _price(reading: Reading, life: Life, chain: Chain) -> str:
    say, numbers = reading.say, reading.numbers
    score = life.with_["score"].astype(np.int64) // POINT
    shut = int(life.shut("with")[chain.closed]) & ~int(
        life.shut("with")[chain.closed - 1] if chain.closed else 0
    )
    return say(
        "The score goes from {before} to {after}, and on day {day} these doors close: {doors}.",
        before=numbers.whole(int(score[max(chain.crossed - 1, 0)])),
        after=numbers.whole(int(score[chain.closed])),
        day=numbers.whole(chain.closed),
        doors=", ".join(say(RIGHTS[right]).lower() for right in DOORS if shut & right),
    )  # fmt: skip


def _totals(reading: Reading, life: Life) -> Grid:
    say, whole = reading.say, reading.numbers.whole

    def count(world: str, events: Event) -> str:
        return whole(int(life.happened(world, events).sum()))

    def shut_days(world: str) -> str:
        return whole(int((life.shut(world) != 0).sum()))

    rows = [
        (say("days with a door closed"), shut_days("with"), shut_days("without")),
        (say("refused: tickets, loans, jobs"), count("with", REFUSED), count("without", REFUSED)),
        (say("days of crossing on red"), count("with", Event.OFFENDED), count("without", Event.OFFENDED)),
        (say("days of saying more than is tolerated"),
         count("with", Event.CRITICISED), count("without", Event.CRITICISED)),
    ]  # fmt: skip
    if "score" in life.with_:
        nobody = (
            say("none") if "score" not in life.without else whole(_last(life, "without", "score") // POINT)
        )
        rows.insert(0, (say("score at the end"), whole(_last(life, "with", "score") // POINT), nobody))
    if "earnings" in life.with_ and "earnings" in life.without:
        income = [whole(10 * _last(life, world, "earnings")) for world in ("with", "without")]
        rows.append((say("income per head at the end, yuan a year"), income[0], income[1]))
    return Grid((say("Both lives"), say("With"), say("Without")), tuple(rows))


def _plate(reading: Reading, life: Life, chain: Chain | None) -> Plate:
    say, numbers = reading.say, reading.numbers
    scores = tuple((life.with_["score"].astype(np.float64) / POINT).tolist()) if "score" in life.with_ else ()
    doors: dict[float, list[str]] = {}
    for right, score in reading.thresholds.items():
        if right is not Right.RANK:
            doors.setdefault(score, []).append(say(RIGHTS[right]))
    lines = tuple(
        (
            score,
            names[0]
            if len(names) == 1
            else say("{first} and {n} more", first=names[0], n=numbers.whole(len(names) - 1)),
        )
        for score, names in sorted(doors.items())
    )
    shut, other = life.shut("with"), life.shut("without")
    always = (Right.TRAVEL, Right.CREDIT, Right.JOBS)
    shown = [r for r in DOORS if r in always or ((shut | other) & np.uint16(r)).any()] if len(shut) else []
    course = lanes.Course(
        days=reading.days, scores=scores, doors=lines,
        lanes=tuple(lanes.Lane(say(RIGHTS[r]), _spells(shut, r), _spells(other, r)) for r in shown),
        stretches=(say("first week"), say("two months"), say("first year"), say("second"), say("third")),
        marks=(chain.crossed,) if chain else (), score_label=say("Score"),
        last=numbers.whole(int(scores[-1])) if scores else "",
    )  # fmt: skip
    wide, narrow = drawn(lambda width: lanes.life(width, course))
    alternative = say(
        "Score by day, and for each right the days on which it was closed. The moments beside it say the "
        "same in words."
    )
    title = say("Timeline of both lives")
    return Plate(title, alternative, wide, narrow, csv=_table(reading, life))


def _spells(shut: NDArray[np.uint16], right: Right) -> tuple[tuple[float, float], ...]:
    """(from day, to day) of each time a right was closed."""
    closed = np.concatenate([[0], (shut & np.uint16(right)) != 0, [0]]).astype(np.int8)
    edges = np.flatnonzero(np.diff(closed))
    return tuple((float(a), float(b)) for a, b in edges.reshape(-1, 2))


def _table(reading: Reading, life: Life) -> Attachment:
    """Every day on which something happened in either life."""
    rows = []
    for day in range(len(life.with_["diary"])):
        bits = [int(days["diary"][day]) for days in (life.with_, life.without)]
        if any(bits):
            score = round(float(life.with_["score"][day]) / POINT, 2) if "score" in life.with_ else None
            rows.append((day, *(_events(each) for each in bits), score, int(life.shut("with")[day])))
    return attached(f"person-{life.person}", ("day", "with", "without", "score", "closed_rights_bits"), rows)


def _events(bits: int) -> str:
    return " ".join(str(event.name).lower() for event in Event if bits & event)
