"""Which steps can follow each other chunk by chunk, and which columns then need one chunk of memory."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from glasstown.core.columns import Inflow
from glasstown.core.mechanism import Order, Phase, Step
from glasstown.core.vocabulary import ID
from glasstown.engine.schedule import Schedule, named


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Steps that every chunk goes through on its own; ``freeze`` names columns to copy before they start.

    ``frozen`` says for each phase in it which columns are looked at as they were when the phase began. Two
    sweeps are equal only if they are one: workers keep by sweep what they have made ready.
    """

    steps: tuple[Step, ...]
    freeze: tuple[str, ...]
    frozen: Mapping[Phase, frozenset[str]]

    @property
    def sequential(self) -> bool:
        """Whether this is one sequential step, for the whole town at once."""
        return self.steps[0].order is Order.SEQUENTIAL


def sweeps(steps: Iterable[Step]) -> tuple[Sweep, ...]:
    """Cut a day's steps where somebody looks at what another chunk may still change.

    A step sees others as they stood at the end of the phase before: what is looked at and written in
    the same phase is frozen (copied) when the phase starts. Cuts come as early as they can, so that what
    concerns nobody else stays in one sweep with what follows it.
    """
    rest = _outward_first(tuple(steps))
    frozen = _frozen(rest)
    groups: list[_Group] = []
    for step in rest:
        mine = _touched(step, frozen)
        if not groups or _thaws(step, groups[-1].steps, frozen):
            groups.append(_Group())
        elif _clash(groups[-1].touched, mine):
            groups.append(groups[-1].cut(mine))
        groups[-1].add(step, mine)
    found: list[Sweep] = []
    done: set[Phase] = set()
    for group in groups:
        phase = group.steps[0].phase
        found.append(Sweep(tuple(group.steps), () if phase in done else tuple(sorted(frozen[phase])), frozen))
        done.add(phase)
    return tuple(found)


def fleeting(plan: Schedule) -> frozenset[str]:
    """Names of columns that live within one sweep and are zero at its start: one chunk of memory each.

    An inflow to which nobody adds is one of them: it is always empty.
    """
    days = [step for step in plan.steps if step.phase is not Phase.BEGIN]
    used: dict[str, set[int]] = {}
    for index, sweep in enumerate(sweeps(days)):
        for step in sweep.steps:
            for column in named(step):
                used.setdefault(column.name, set()).add(index)
            for column in step.looks:
                used[column.name].add(-1)
        if sweep.sequential:
            for column in named(sweep.steps[0]):
                used[column.name].add(-1)
    begun = {c.name for s in plan.steps if s.phase is Phase.BEGIN for c in named(s)}
    filled = {c.name for s in plan.steps for c in s.adds}
    empty = {n for n, c in plan.columns.items() if isinstance(c, Inflow) and not c.initial} - filled
    return frozenset(
        n
        for n, where in used.items()
        if (plan.columns[n].fleeting or n in empty) and len(where) == 1 and n not in begun
    )


def idle(plan: Schedule, given: Collection[str]) -> frozenset[str]:
    """Columns that nobody writes, looks at or was given, by name: one value for all, one chunk of memory."""
    busy = {c.name for s in plan.steps for c in s.writes + s.adds + s.looks}
    busy |= {c.name for s in plan.steps if s.order is Order.SEQUENTIAL for c in s.reads}
    return frozenset(n for n, c in plan.columns.items() if n not in busy and n not in given and c is not ID)


def _frozen(steps: tuple[Step, ...]) -> dict[Phase, frozenset[str]]:
    looked: dict[Phase, set[str]] = {}
    changed: dict[Phase, set[str]] = {}
    for step in steps:
        looked.setdefault(step.phase, set()).update(step.looked)
        changed.setdefault(step.phase, set()).update(step.changed)
    return {phase: frozenset(looked[phase] & changed[phase]) for phase in looked}


def _outward_first(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Within each phase, mechanisms that look at others or change what is looked at come before the rest.

    The schedule has made sure that the order between mechanisms of a phase does not matter.
    """
    looked = frozenset().union(*(s.looked for s in steps))
    outward = {
        (s.phase, s.mechanism)
        for s in steps
        if s.looks or s.order is Order.SEQUENTIAL or not looked.isdisjoint(s.changed)
    }
    return tuple(sorted(steps, key=lambda s: (s.phase, (s.phase, s.mechanism) not in outward)))


@dataclass(slots=True)
class Touched:
    """Whether a step is for the whole town at once; what it changes, and what it looks at as it changes."""

    sequential: bool
    changed: frozenset[str]
    looked: frozenset[str]


class _Group:
    """Steps of one sweep in the making, what each of them touches, and all of them together."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.each: list[Touched] = []
        self.touched = Touched(False, frozenset(), frozenset())

    def add(self, step: Step, touched: Touched) -> None:
        self.steps.append(step)
        self.each.append(touched)
        self.touched.sequential |= touched.sequential
        self.touched.changed |= touched.changed
        self.touched.looked |= touched.looked

    def cut(self, step: Touched) -> "_Group":
        """Take away, and give, what comes after the last that clashes with ``step``."""
        last = next(k for k in reversed(range(len(self.each))) if _clash(self.each[k], step))
        late, both = _Group(), list(zip(self.steps, self.each, strict=True))
        for each in both[last + 1 :]:
            late.add(*each)
        self.steps, self.each = self.steps[: last + 1], self.each[: last + 1]
        return late


def _touched(step: Step, frozen: dict[Phase, frozenset[str]]) -> Touched:
    return Touched(step.order is Order.SEQUENTIAL, step.changed, step.looked - frozen[step.phase])


def _clash(before: Touched, step: Touched) -> bool:
    """Whether everybody must be through ``before`` when the first chunk starts ``step``."""
    if before.sequential or step.sequential:
        return True
    return not (step.looked.isdisjoint(before.changed) and step.changed.isdisjoint(before.looked))


def _thaws(step: Step, current: list[Step], frozen: dict[Phase, frozenset[str]]) -> bool:
    """Whether a phase starts here whose frozen columns must be copied when everybody has got this far."""
    return step.phase is not current[-1].phase and bool(frozen[step.phase])
