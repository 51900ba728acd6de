"""What a claim depends on, asked of runs of its own: all that is assumed screened, then the few that matter.

found = screening("silence", Path("studies/silence-depends"))
found.screened[0].name, found.indices[0].total

The verdict of a study tells influences from its draws, which is free and tells first orders only. Here runs
are made for the question: Morris's trajectories over every number and switch (``lab.morris``), then Sobol's
indices of those that move the margin most (``lab.sobol``), the others as they are shipped. The margin of a
claim (``lab.weighed``) is its distance from the border in units of what matters. All runs of one trajectory,
and all of one point of Sobol's, have the same people and chances, so what does nothing comes out as nothing.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from glasstown.errors import InputError
from glasstown.lab.answering import How
from glasstown.lab.asked import wanted
from glasstown.lab.claim_check import Checked, checked
from glasstown.lab.claim_plan import claims_plan
from glasstown.lab.design import Design, laid_out
from glasstown.lab.gather import Reader, gather
from glasstown.lab.judge import weighed
from glasstown.lab.judging import decisive, values
from glasstown.lab.morris import Screened, Walk, screened, walk
from glasstown.lab.plan import Ask
from glasstown.lab.shelf import Shelf
from glasstown.lab.sobol import Indices, crossed, indices
from glasstown.lab.statistics import Numbers, Whole
from glasstown.lab.sweep import live
from glasstown.store.atomic import make_folder
from glasstown.store.claim import locked
from glasstown.store.sealed import write_sealed

FILE: Final = "depends.json"
WHAT: Final = "what a claim depends on"
FORMAT: Final = 1

PEOPLE, TRAJECTORIES, FEW, POINTS = 2_000, 4, 4, 64
"""People of a run, Morris's trajectories, parameters that Sobol is asked of, his points."""

CANDIDATES: Final = 8
"""Trajectories looked at for each that is lived: many lead through values that contradict each other."""


@dataclass(frozen=True, slots=True)
class Depends:
    """What is found about one claim.

    ``screened``: every number and switch, or every institution where ``by`` is "institution", the largest
    effect first. ``indices``: of the few, the largest total first; none where nothing moved the margin.
    ``runs`` were wanted, ``failed`` of them could not end, ``refused`` points contradict themselves.
    """

    claim: str
    by: str
    people: int
    days: int
    trajectories: int
    points: int
    screened: tuple[Screened, ...]
    indices: tuple[Indices, ...]
    runs: int
    failed: int
    refused: int

    def packed(self) -> dict[str, Any]:
        """In plain types, as it stands in the file."""
        return asdict(self)


def screening(
    claim: str | Path,
    out: Path,
    people: int = PEOPLE,
    trajectories: int = TRAJECTORIES,
    few: int = FEW,
    points: int = POINTS,
    by_institution: bool = False,
    seed: int | None = None,
    how: How | None = None,
) -> Depends:
    """Ask what a claim, by name or file, depends on; what is in ``out`` already is not lived again.

    ``points`` is a power of two. ``few`` is 0 to leave Sobol out, who is left out ``by_institution`` too, for
    an institution is no number. Raises InputError, ScenarioError, NotEnoughMemory, StoreError, DiskFull,
    RunFailed, Interrupted.
    """
    few = 0 if by_institution else few
    if trajectories < 2 or few < 0 or (few and (points < 2 or points & (points - 1))):
        raise InputError(
            "a screening needs at least two trajectories, and a power of two of points for the few that "
            f"Sobol is asked of; got {trajectories} trajectories, {points} points, {few} parameters"
        )
    asker = _Asker(checked(claim), out, people, seed, how or How())
    found = asker.screened(trajectories, by_institution)
    names = [each.name for each in found if each.star > 0.0][:few]
    told = asker.indices(names, points) if names else ()
    result = Depends(
        asker.claim.id, "institution" if by_institution else "parameter", people, asker.claim.horizon.days,
        trajectories, points if names else 0, found, told, asker.runs, asker.failed, asker.refused,
    )  # fmt: skip
    write_sealed(out / FILE, WHAT, FORMAT, result.packed())
    return result


class _Asker:
    """Lives points of one claim and tells its margin there."""

    def __init__(self, found: Checked, out: Path, people: int, seed: int | None, how: How) -> None:
        self.found, self.claim, self.out, self.people, self.how = found, found.claim, out, people, how
        if not self.claim.conditions:
            raise InputError(f"nothing decides {self.claim.id}, so there is nothing to depend on")
        self.base = claims_plan([found], 1, people=people, seed=seed)
        self.design = self.base.plan.design
        if not self.design.factors:
            raise InputError(f"nothing that {self.claim.id} takes is assumed, so it can depend on nothing")
        self.arms = tuple(self.base.arms[self.claim.id, name] for name in decisive(self.claim))
        self.runs = self.failed = self.refused = 0

    def screened(self, trajectories: int, by_institution: bool) -> tuple[Screened, ...]:
        """Morris's screening."""
        names = [each.key for each in self.design.factors]
        groups = [each.partition(".")[0] for each in names] if by_institution else ()
        made = self.lively(walk(names, trajectories * CANDIDATES, groups=groups), trajectories)
        count, steps, factors = made.points.shape
        towns = np.repeat(np.arange(count), steps)
        margins = self.margins(self.design, made.points.reshape(-1, factors), towns)
        return screened(made, margins.reshape(count, steps))

    def lively(self, made: Walk, trajectories: int) -> Walk:
        """So many of the trajectories: the first without a point that some arm contradicts, else the best."""
        whole, told = made.points.shape[1] - 1, []
        for points in made.points:
            _, fit = laid_out(self.base.plan.arms, self.design, points)
            told.append(int((fit[1:] & fit[:-1]).sum()))
            if told.count(whole) == trajectories:
                break
        best = np.sort(np.argsort(-np.array(told), kind="stable")[:trajectories])
        return replace(made, points=made.points[best], moved=made.moved[best])

    def indices(self, names: list[str], points: int) -> tuple[Indices, ...]:
        """Sobol's indices of some parameters, all others as they are shipped."""
        few = tuple(each for each in self.design.factors if each.key in names)
        made = crossed(len(few), points)
        blocks = np.concatenate([made.a, made.b, *made.mixed])
        towns = np.tile(np.arange(points), len(few) + 2)
        found = self.margins(replace(self.design, factors=few), blocks, towns).reshape(len(few) + 2, points)
        return indices([each.key for each in few], found[0], found[1], found[2:])

    def margins(self, like: Design, points: Numbers, towns: Whole) -> Numbers:
        """The claim's margin at each of the points; not a number where a run failed or none could be."""
        design, fit = laid_out(self.base.plan.arms, like, points)
        plan = replace(self.base.plan, design=design, towns=tuple(towns.tolist()))
        plan = plan.asking(Ask(tuple(np.flatnonzero(fit).tolist()), (0,), self.arms))
        make_folder(self.out)
        with locked(self.out):
            how = self.how
            tasks, failures = live(plan, self.out, how.workers, how.progress, how.stop, how.cluster)
            read = gather(Reader(Shelf(self.out)), tasks, dict.fromkeys(self.arms, wanted(self.found)))
        self.runs += len(tasks)
        self.failed += len(failures)
        self.refused += int((~fit).sum())
        seen = weighed(self.claim, values(self.claim, self.base.arms, read, self.people)).margins
        margins = np.full(len(points), np.nan)
        margins[: len(seen)] = seen
        return margins
