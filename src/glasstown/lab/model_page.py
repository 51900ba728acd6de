"""The generated parts of the page of the model: one day of a town in which every institution stands.

The institutions are those of the scenario with the most of them, and the rest of the catalogue switched on.
"""

from collections.abc import Iterable
from itertools import groupby

from glasstown.core.mechanism import Mechanism, Order, Phase, Step
from glasstown.engine.schedule import Schedule, schedule
from glasstown.lab import catalog
from glasstown.lab.ledger import institutions
from glasstown.lab.marked import table
from glasstown.lab.simulate import stand_ins
from glasstown.mechanisms import CATALOG
from glasstown.mechanisms.authority import Authority

FULLEST = "rights"
"""The shipped scenario with the most institutions."""

MORE: dict[str, Mechanism] = {"authority": Authority(policy="decreed", path="constant")}
"""Institutions that it lacks, so that they do something."""

PARTS = {"society": "Society", "regime": "The regime", "safeguard": "Safeguards"}


def everything() -> dict[str, Mechanism]:
    """Every institution of the catalogue, as the fullest scenario has it."""
    found = {**catalog.load(FULLEST).mechanisms, **MORE}
    return {name: found[name] for name in CATALOG}


def whole_day() -> Schedule:
    """The day of that town, measures included."""
    return schedule(list(everything().values()), stand_ins(catalog.load(FULLEST)))


def catalogue() -> str:
    """The institutions by part: what each is, and what it is alone."""
    lines: list[str] = []
    for part, title in PARTS.items():
        names = [name for name in CATALOG if institutions()[name]["part"] == part]
        lines += ["", f"### {title}: {len(names)}", ""]
        rows = ((_link(name), institutions()[name]["is"], institutions()[name]["alone"]) for name in names)
        lines += table(("institution", "what it is", "alone it is"), rows)
    return "\n".join(lines[1:])


def day() -> str:
    """Every step in the order of a day: phase, period, what it reads, looks at, writes, adds to, counts."""
    plan = whole_day()
    steps = [step for step in plan.steps if step.phase is not Phase.BEGIN]
    often = sum(step.every == 1 for step in steps)
    lines = [
        f"{len(steps)} steps, of which {often} run every day; the {len(plan.steps) - len(steps)} that run "
        "once, when an institution begins, are left out. Columns in italics are those of others at which a "
        "step looks; *in turn* marks a step that goes through people one after the other.",
    ]
    for phase, group in groupby(steps, key=lambda step: step.phase):
        lines += ["", f"### {phase.name}", ""]
        lines += table(("step", "reads", "writes", "adds to, counts"), (_row(step) for step in group))
    return "\n".join(lines)


def _row(step: Step) -> tuple[str, ...]:
    name = f"[{step.name}](mechanisms/{step.mechanism}.md)" if step.mechanism in CATALOG else step.name
    marks = [f"every {step.every} days"] * (step.every > 1) + ["ties"] * step.ties
    marks += ["*in turn*"] * (step.order is Order.SEQUENTIAL)
    reads = sorted(column.name for column in step.reads)
    reads += sorted(f"*{column.name}*" for column in step.looks)
    reads += [f"{tally} of yesterday" for tally in _shortened(tally.name for tally in step.recalls)]
    adds = sorted(column.name for column in step.adds)
    adds += [f"+ {tally}" for tally in _shortened(tally.name for tally in step.counts)]
    writes = sorted(column.name for column in step.writes)
    return (", ".join([name, *marks]), *(", ".join(each) for each in (reads, writes, adds)))


def _shortened(names: Iterable[str]) -> list[str]:
    """Names of tallies, those of one series (urn_0 to urn_63) as one."""
    found: dict[str, list[str]] = {}
    for name in sorted(names):
        stem, _, number = name.rpartition("_")
        found.setdefault(stem if stem and number.isdecimal() else name, []).append(name)
    return [all_[0] if len(all_) == 1 else f"{stem}_0 to {len(all_) - 1}" for stem, all_ in found.items()]


def _link(name: str) -> str:
    return f"[{name}](mechanisms/{name}.md)"
