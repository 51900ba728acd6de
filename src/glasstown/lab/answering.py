"""Answering: the claims of a study lived stage by stage, each stage judged, written down and told.

The first stage is quick: few draws, small towns. Then each has twice as many draws as the one before. A
claim that chance leaves undecided in too many draws has those lived again, as often as its precision needs
(``MOST`` times at most). Nothing that is in the folder is lived again, so a study that was stopped or killed
goes on, and ends in the same bytes.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event as Signal
from typing import Final

import numpy as np

from glasstown.lab import asked as questions
from glasstown.lab import study_files as files
from glasstown.lab.asked import SAFEGUARDS, SAFETY, Asked, Stage, in_pairs, wanted
from glasstown.lab.claim_check import Checked
from glasstown.lab.claim_measure import Expression
from glasstown.lab.claim_plan import ClaimsPlan, claims_plan
from glasstown.lab.gather import Reader, expressions_of, gather
from glasstown.lab.judging import bill, decisive, needed, values, verdicts, weigh_safeguards
from glasstown.lab.plan import Point
from glasstown.lab.progress import Progress, silent
from glasstown.lab.readings import Readings
from glasstown.lab.runs import Options, compare
from glasstown.lab.shelf import Shelf
from glasstown.lab.study import Facts, Study
from glasstown.lab.sweep import Ask, Tasks, live
from glasstown.lab.verification.bands import bands, place
from glasstown.release import EPOCH, RELEASE
from glasstown.store.atomic import make_folder
from glasstown.store.claim import locked

MOST: Final = 4
"""How often a draw is lived at most so that it is decided."""

TWINS: Final = "twins"
TWIN_DAYS: Final = 365
"""Where the two towns are kept whose lives are told, and how long they live."""

ASIDE: Final = 16
"""Draws in which arms are lived that decide no claim, safeguards two by two among them: the frontier, and
what stands beside a verdict, need no more."""


@dataclass(frozen=True)
class How:
    """How to work; none of it changes an answer."""

    workers: int | None = None
    cluster: str | None = None
    progress: Progress = silent
    stop: Signal | None = None


def study(
    references: Sequence[str | Path] = (),
    draws: int = questions.DRAWS,
    people: int = questions.PEOPLE,
    out: str | Path = "studies/claims",
    *,
    seed: int = 1,
    quick: bool = False,
    workers: int | None = None,
    cluster: str | None = None,
    progress: Progress = silent,
    said: Callable[[Study], None] = lambda study: None,
) -> Study:
    """Put claims to the test: names or files, by default all that come with Glasstown; the last answer.

    What is in ``out`` already is not lived again. ``quick``: only the first answer. ``said`` hears of each
    answer when it is written. Raises as ``answer`` and ``asked.ask``.
    """
    asked = questions.ask(references, draws, people, seed)
    how = How(workers, cluster, progress)
    return answer(Path(out), asked, said, how, asked.stages(quick))


def answer(
    folder: Path,
    asked: Asked,
    said: Callable[[Study], None],
    how: How | None = None,
    stages: Sequence[Stage] = (),
) -> Study:
    """Put the claims of ``asked`` to the test in ``folder``; ``said`` hears of each answer that is written.

    The last is returned. ``stages``: not all of those of the question, but these. Raises ScenarioError,
    NotEnoughMemory, StoreError, DiskFull, RunFailed; Interrupted, when every run that ended is kept.
    """
    chosen = how or How()
    make_folder(folder)
    with locked(folder):
        questions.write(folder, asked)
        reader = Reader(Shelf(folder))
        first, *better = stages or asked.stages()
        found = _Stage(folder, asked, first, chosen, reader).answered()
        said(found)
        for stage in better:
            found = _Stage(folder, asked, stage, chosen, reader).answered()
            said(found)
    return found


def pairs_of(asked: Asked, stage: Stage) -> Checked | None:
    """Safeguards two by two, if they are asked about: in the last answer, for they are many."""
    found = next((each for each in asked.claims if each.claim.id == SAFEGUARDS), None)
    return in_pairs(found) if found and stage == asked.stages()[-1] else None


def plan_of(asked: Asked, stage: Stage) -> ClaimsPlan:
    """Arms and draws of a stage. Raises ScenarioError."""
    pairs = pairs_of(asked, stage)
    claims = (*asked.claims, *((pairs,) if pairs else ()))
    return claims_plan(
        claims, stage.draws, people=stage.people, seed=asked.seed, design_seed=asked.design_seed
    )


def open_study(folder: str | Path) -> Study:
    """The last answer in a folder, with the twins whose lives it tells. Raises StoreError, Damaged."""
    return _with_twins(files.read(Path(folder)), How())


def _with_twins(study: Study, how: How) -> Study:
    """A study of the whole system with one town without and with it, as they are shipped; lived once."""
    if SAFETY[0] not in {each.claim.id for each in study.claims}:
        return study
    options, facts = Options(progress=how.progress, stop=how.stop), study.facts
    out = study.folder / TWINS
    both = compare(people=facts.people, days=TWIN_DAYS, seed=facts.seed, out=out, options=options)
    return replace(study, twins=both)


class _Stage:
    """One answer in the making."""

    def __init__(self, folder: Path, asked: Asked, stage: Stage, how: How, reader: Reader) -> None:
        self.folder, self.asked, self.stage, self.how, self.reader = folder, asked, stage, how, reader
        self.pairs = pairs_of(asked, stage)
        self.wanted = plan_of(asked, stage)

    def answered(self) -> Study:
        """The answer, lived, judged and written."""
        asks = self.first()
        tasks, failures, read = self.lived(asks)
        if self.last:
            more = self.again(read)
            if more:
                tasks, failures, read = self.lived((*asks, *more))
        study = self.judged(tasks, failures, read)
        if self.last and study.price is not None:
            options = Options(progress=self.how.progress, stop=self.how.stop)
            study = replace(study, bands=tuple(place(bands(), self.asked.seed, options)))
        files.write(study, _ledger(tasks, self.reader.shelf))
        return _with_twins(study, self.how)

    @property
    def last(self) -> bool:
        """Whether no better answer was asked for."""
        return self.stage == self.asked.stages()[-1]

    def first(self) -> tuple[Ask, ...]:
        """What every stage lives: arms that decide in all draws, in some of them again; others in few."""
        claims, draws = self.asked.claims, range(self.stage.draws)
        mine = self.arms_of(claims, decide=True)
        times = [self.stage.replicates(draw) for draw in draws]
        found = [
            Ask(tuple(draw for draw in draws if times[draw] > replicate), (replicate,), mine)
            for replicate in range(max(times))
        ]
        if not self.stage.quick:
            every = self.arms_of((*claims, *((self.pairs,) if self.pairs else ())))
            others = tuple(each for each in every if each not in mine)
            if others:  # no arms at all would be read as every arm
                found.append(Ask(tuple(draws[:ASIDE]), (0,), others))
        return tuple(found)

    def arms_of(self, claims: Iterable[Checked], decide: bool = False) -> tuple[str, ...]:
        """The arms of some claims, by the names of the plan; all of them, or those that decide."""
        named = ((e.claim.id, arm) for e in claims for arm in (decisive(e.claim) if decide else e.scenarios))
        return tuple(dict.fromkeys(self.wanted.arms[each] for each in named))

    def again(self, read: Readings) -> tuple[Ask, ...]:
        """The draws that chance leaves undecided, lived again in the arms that decide."""
        found = []
        for each in self.asked.claims:
            given = values(each.claim, self.wanted.arms, read, self.stage.people)
            times = needed(each.claim, given, MOST)
            arms = tuple(self.wanted.arms[each.claim.id, arm] for arm in decisive(each.claim))
            for replicate in range(1, MOST):
                draws = tuple(np.flatnonzero(times > replicate).tolist())
                if draws:
                    found.append(Ask(draws, (replicate,), arms))
        return tuple(found)

    def lived(self, asks: tuple[Ask, ...]) -> tuple[Tasks, Mapping[str, str], Readings]:
        """Have the runs done that are asked for and not there yet; what was read in them."""
        plan = self.wanted.plan.asking(*asks)
        how = self.how
        told, reader = self.expressions(), self.reader

        def look(name: str, points: Sequence[Point]) -> bool:
            return reader.has(name, expressions_of(points, told))

        tasks, failures = live(plan, self.folder, how.workers, how.progress, how.stop, how.cluster, look)
        return tasks, failures, gather(reader, tasks, told)

    def expressions(self) -> dict[str, list[Expression]]:
        """What is read in each arm."""
        found: dict[str, list[Expression]] = {}
        for each in (*self.asked.claims, *([self.pairs] if self.pairs else [])):
            for arm in self.arms_of([each], decide=self.stage.quick):
                found.setdefault(arm, []).extend(wanted(each))
        return found

    def judged(self, tasks: Tasks, failures: Mapping[str, str], read: Readings) -> Study:
        """The study that the readings make."""
        asked, keys = self.asked, self.wanted.arms
        design = self.wanted.plan.design
        found = verdicts(asked.claims, keys, read, design, self.stage.people)
        reasons = Counter(failures[name] for name in tasks if name in failures)
        told = [each.replicates for each in found if each.draws]
        facts = Facts(
            self.stage.draws, asked.draws, self.stage.people,
            (min((max(low, 1) for low, _ in told), default=0), max((high for _, high in told), default=0)),
            len(tasks), dict(sorted(reasons.items())), asked.seed, RELEASE, EPOCH, asked.dated,
        )  # fmt: skip
        return Study(
            self.folder, asked.claims, keys, design, read, found, facts,
            weigh_safeguards(asked.claims, keys, read, self.pairs), bill(asked.claims, keys, read),
        )  # fmt: skip


def _ledger(tasks: Tasks, shelf: Shelf) -> list[files.Run]:
    """Every run of a study, by draw, replicate and arm."""
    hashes = {name: shelf.hash(name) for name in tasks}
    return sorted((*point, name, hashes[name]) for name, points in tasks.items() for point in points)
