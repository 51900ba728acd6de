"""What each step of a day cannot avoid, and why it may take longer."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from bench.floor import Costs
from glasstown.core.columns import Column
from glasstown.core.mechanism import Phase, Step
from glasstown.engine.schedule import Schedule
from glasstown.engine.sweeps import sweeps

OFTEN = 3.0
"""Steps above this many times their floor are listed with the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Keyed draws a person made by the step when it runs, the share of people whom it touches, and why it
    takes longer than bytes and draws alone."""

    draws: float
    why: str
    share: float = 1.0


ENTRIES: dict[str, Entry] = {
    "anonymity.cover": Entry(0.0, "one bit for everybody; at part strength a draw for each"),
    "appeal.lodge": Entry(0.0, "one pass over three columns marks whom it concerns; those few draw alone"),
    "audit.mend": Entry(0.0, "one column, one pass; who has a wrong record draws alone"),
    "audit.sign": Entry(0.0, "one bit for everybody; at part strength a draw for each"),
    "authority.rule": Entry(0.0, "adds up what is voiced, once a round; else the call itself", 0.0),
    "cameras.seek": Entry(0.0, "nobody is sought unless a scenario says so", 0.0),
    "cameras.watch": Entry(1.0, "who was captured crossing draws twice more, alone, and finds a look-alike"),
    "children.cover": Entry(0.0, "one bit by age; at part strength a draw for each"),
    "climate.listen": Entry(1.0, "fetches what every tie says from anywhere in the town; runs once a week"),
    "conduct.act": Entry(1.0, "chances of crossing in float64; care and upbringing look up two tables"),
    "conduct.fine": Entry(0.3, "those who crossed are gathered first, and they alone draw"),
    "conduct.learn": Entry(1.0, "64-bit products: twice the width of the columns, four times that of most"),
    "courtship.pair": Entry(1.3, "one thread for the whole town: who looks, meets, minds; once a month"),
    "courtship.show": Entry(0.0, "two columns in three passes; runs once a month"),
    "courtship.tell": Entry(0.0, "two passes over the diary; runs once a month"),
    "denunciation.arrive": Entry(1.0, "who could be reported looks at every tie, and draws for each, alone"),
    "denunciation.fear": Entry(0.0, "looks at every tie and draws alone; runs once a month"),
    "detention.follow": Entry(0.0, "looks at every tie of everybody; runs once a month"),
    "detention.hold": Entry(0.0, "one pass over six columns marks whom it concerns; those few draw alone"),
    "detention.miss": Entry(0.0, "looks for the detained, then one pass over its own column"),
    "expiry.order": Entry(0.0, "two columns, one pass"),
    "firewall.learn": Entry(0.0, "one pass looks for who has read; they draw alone"),
    "firewall.read": Entry(0.2, "who may read is gathered first and branches by kind; runs once a week"),
    "firewall.tell": Entry(1.0, "one in eight asks a tie anywhere in the town; runs once a month"),
    "gaming.evade": Entry(1.0, "five columns and chances in float64; runs once a month"),
    "gaming.labour": Entry(0.3, "looks up the next border for each person; runs once a week"),
    "grid.check": Entry(0.125, "who is stopped is looked up in a dozen columns and draws twice, alone"),
    "grid.enter": Entry(0.0, "four columns, one pass"),
    "gaming.use": Entry(0.0, "one pass looks for those who have a way round; they alone touch more", 0.1),
    "lifecourse.bear": Entry(0.0, "households are counted by name three times; runs once a month"),
    "lifecourse.live": Entry(0.0, "finds the few whose turn it is; those have two draws, alone", 0.01),
    "legitimacy.stand": Entry(0.0, "grievance in float64; those who may stand up look at their ties; weekly"),
    "legitimacy.weigh": Entry(1.0, "looks at every tie; runs once a month: its columns have left the cache"),
    "lists.bar": Entry(0.0, "who is listed draws for each right and each ticket, alone"),
    "lists.enlist": Entry(1.0, "a hazard for everybody; who is listed or meets it is looked at alone"),
    "livelihood.borrow": Entry(1.0, "runs once a month: its columns have left the cache"),
    "livelihood.earn": Entry(1.0, "branches that differ from person to person; runs once a month"),
    "livelihood.repay": Entry(0.0, "branches; those whose loan is due draw alone; runs once a month"),
    "measures.diary": Entry(0.0, "who has an event adds seven words to a cell, an address from two columns"),
    "measures.lives": Entry(0.0, "the call itself: a thousand people, far apart, in eight columns", 0.0),
    "measures.stocks": Entry(0.0, "sums by cell, a pass for each; eighteen counts at once; once a week"),
    "no_contagion.cover": Entry(0.0, "one bit for everybody; at part strength a draw for each"),
    "norms.decide": Entry(1.0, "fetches two columns of every tie from anywhere in the town; once a round"),
    "opinion.learn": Entry(0.0, "one pass over a byte; the few who were named draw alone"),
    "opinion.speak": Entry(1.0, "who speaks is gathered; they alone touch belief, diary and entries"),
    "opinion.weigh": Entry(0.0, "runs once a week: its columns have left the cache"),
    "prediction.enter": Entry(0.0, "two columns, one pass"),
    "prediction.gather": Entry(0.0, "sums for the town, once a round, a month by default"),
    "prediction.note": Entry(0.0, "two columns, one pass"),
    "prediction.flag": Entry(0.03, "nothing but on one day of a round, then branches for each", 0.03),
    "prediction.point": Entry(0.0, "two columns, one pass: the call itself"),
    "private_score.cover": Entry(0.0, "one bit for everybody; at part strength a draw for each"),
    "privileges.decide": Entry(0.0, "one look-up by score for each person; who is barred draws alone"),
    "privileges.school": Entry(0.0, "looks through the households of children; runs once a month"),
    "proportionality.cap": Entry(0.0, "two columns, a pass for each; at part strength a draw for each"),
    "realname.tie": Entry(0.0, "looks for who spoke; they draw alone, twice"),
    "registry.file": Entry(1.0, "who is reported, in error, or whose time is over is filed one by one"),
    "review.look": Entry(1.0, "two 64-bit words of a draw compared for each person, every day"),
    "score.fade": Entry(1.0, "64-bit products; runs once a month"),
    "score.mix": Entry(0.0, "fetches the score of every tie from anywhere in the town; runs once a week"),
    "score.settle": Entry(0.0, "two passes mark who has an entry; those few are settled one by one"),
    "score.tell": Entry(1.0, "a permanent draw for each person; runs once a month"),
    "separation.cover": Entry(0.0, "one bit for everybody; at part strength a draw for each"),
    "solidarity.drop": Entry(0.0, "runs once a month; each tie of those who are sanctioned draws alone"),
    "solidarity.help": Entry(1.1, "those who meet somebody fetch a standing from anywhere; one more draw"),
    "solidarity.judge": Entry(0.0, "copies where somebody acted, in three passes"),
    "solidarity.trust": Entry(0.0, "looks at every tie of everybody; runs once a month"),
    "warrant.cover": Entry(0.0, "one bit for everybody; at part strength a draw for each"),
}  # fmt: skip
"""By name, every step that runs with all institutions, except those that run once at the start."""

UNTOLD = Entry(0.0, "nobody has said why")
"""Of a step without an entry; a test asks for one."""


@dataclass(frozen=True, slots=True)
class Floor:
    """What one step asks for a person-day: bytes read and written, keyed draws, and ns at the least."""

    bytes: float
    draws: float
    ns: float


def floors(plan: Schedule, costs: Costs, ties: float, chunk: int) -> dict[str, Floor]:
    """The floor of each step; ``ties`` is the mean number of a person's, ``chunk`` the people of a call.

    The first step of a sweep that touches a column fetches it from memory, the others from the cache.
    """
    found = {}
    for sweep in sweeps(step for step in plan.steps if step.phase is not Phase.BEGIN):
        warm: set[str] = set()
        for step in sweep.steps:
            entry = ENTRIES.get(step.name, UNTOLD)
            far = near = 0.0
            for column, times in _touched(step, entry.draws > 0):
                size = times * np.dtype(column.dtype).itemsize
                far, near = (far, near + size) if column.name in warm else (far + size, near)
                warm.add(column.name)
            if step.ties:
                far += 4 + ties * (4 + sum(np.dtype(c.dtype).itemsize for c in step.looks))
            moved = (far * costs.memory + near * costs.cache) * entry.share
            ns = (moved + entry.draws * costs.many + costs.call / chunk) / step.every
            found[step.name] = Floor((far + near) * entry.share / step.every, entry.draws / step.every, ns)
    return found


IDS = Column("ids", np.uint32, "1", "who draws")


def _touched(step: Step, draws: bool) -> Iterator[tuple[Column[object], int]]:
    """Columns and how often each is moved: read once; written or added to, read and written."""
    if draws:
        yield IDS, 1
    for column in step.reads if step.ties else step.reads + step.looks:
        yield column, 1
    for column in step.writes + step.adds:
        yield column, 2
