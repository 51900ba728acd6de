"""What a study is asked: which claims, over how many draws, of how many people; and its stages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import Any, Final

from glasstown.errors import InputError, StoreError
from glasstown.lab.catalog import unpack
from glasstown.lab.claim import Arm
from glasstown.lab.claim_check import Checked, checked
from glasstown.lab.claim_measure import Expression, expression
from glasstown.lab.claim_read import Draft, draft, read_claim, shipped, tallies
from glasstown.lab.frontier import BENEFIT, HARM, OTHERS
from glasstown.lab.price import expressions as priced
from glasstown.release import EPOCH, RELEASE
from glasstown.scenario.files import SourceFile
from glasstown.scenario.model import Scenario, Table
from glasstown.store.sealed import read_sealed, write_sealed

STUDY: Final = "study.json"
WHAT: Final = "study"
FORMAT: Final = 1

DRAWS, PEOPLE = 256, 20_000
"""How far a study goes if nothing else is said."""

QUICK_DRAWS, QUICK_PEOPLE, QUICK_TIMES = 8, 2_000, 2
"""The first answer: few draws of small towns, each lived twice, for chance moves small towns."""

TWICE: Final = 16
"""So many draws at least are lived twice: from fewer, nobody can tell how large chance is."""

SAFEGUARDS: Final = "safeguards"
"""The claim whose arms are packages of safeguards: the frontier is told of them, alone, in pairs and all."""

IN_PAIRS: Final = f"{SAFEGUARDS}-in-pairs"
"""The same, two by two: a claim that nothing decides."""

SAFETY: Final = ("safety", "open", "article")
"""The claim, and its two arms, of which the price of safety is told."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One answer: so many ``draws`` in towns of so many ``people``.

    The ``quick`` one lives only the arms that decide, each draw several times; the others live them twice in
    one of eight draws, or TWICE if that is more, and all other arms in few draws.
    """

    draws: int
    people: int
    quick: bool = False

    def replicates(self, draw: int) -> int:
        """How often a draw is lived: what chance does is learned from those lived more than once."""
        if self.quick:
            return QUICK_TIMES
        return 2 if draw < max(TWICE, self.draws // 8) else 1


@dataclass(frozen=True)
class Asked:
    """A question to the town: claims with the files that they were read from, and how far to go.

    ``seed`` is that of the towns, ``design_seed`` that of the draws; ``dated`` an ISO date or "".
    """

    claims: tuple[Checked, ...]
    files: tuple[tuple[str, str], ...]
    draws: int = DRAWS
    people: int = PEOPLE
    seed: int = 1
    design_seed: int = 0
    dated: str = ""

    def stages(self, quick: bool = False) -> tuple[Stage, ...]:
        """The answers, each better than the one before: the quick one, then twice as many draws each time."""
        first = Stage(min(QUICK_DRAWS, self.draws), min(QUICK_PEOPLE, self.people), quick=True)
        sizes = []
        draws = 2 * QUICK_DRAWS
        while draws < self.draws:
            sizes.append(draws)
            draws *= 2
        better = [Stage(each, self.people) for each in (*sizes, self.draws)]
        if (first.draws, first.people) == (self.draws, self.people):
            return tuple(better)
        return (first,) if quick else (first, *better)

    def packed(self) -> dict[str, object]:
        """All of it in plain types."""
        claims = [
            {
                "file": name,
                "text": text,
                "arms": {arm: each.packed() for arm, each in found.scenarios.items()},
            }
            for found, (name, text) in zip(self.claims, self.files, strict=True)
        ]
        return {
            "claims": claims, "draws": self.draws, "people": self.people, "seed": self.seed,
            "design_seed": self.design_seed, "dated": self.dated, "release": RELEASE, "epoch": EPOCH,
        }  # fmt: skip


def ask(
    references: Sequence[str | Path] = (),
    draws: int = DRAWS,
    people: int = PEOPLE,
    seed: int = 1,
    design_seed: int = 0,
    dated: str = "",
) -> Asked:
    """The question of claims by name or file, by default all that come with Glasstown.

    Raises ScenarioError for a claim that does not hold together, InputError for two of one id.
    """
    chosen = tuple(references) or shipped()
    found = tuple(checked(each) for each in chosen)
    files = tuple((each.file.name, each.file.text) for each in map(draft, chosen))
    ids = [each.claim.id for each in found]
    twice = next((each for each in ids if ids.count(each) > 1), "")
    if twice:
        raise InputError(f"two claims are called {twice}", 'Give one of them another: id = "..."')
    if draws < 1 or people < 100:
        raise InputError(f"a study needs a draw and 100 people at least, got {draws} and {people}")
    return Asked(found, files, draws, people, seed, design_seed, dated)


def write(folder: Path, asked: Asked) -> None:
    """Put down what is asked. Raises StoreError, DiskFull."""
    write_sealed(folder / STUDY, WHAT, FORMAT, asked.packed())


def read(folder: Path) -> Asked:
    """What was asked in a folder. Raises StoreError, also where another release asked it."""
    body = read_sealed(folder / STUDY, WHAT, FORMAT)
    if (body.get("release"), body.get("epoch")) != (RELEASE, EPOCH):
        raise StoreError(
            f"{folder / STUDY}: was begun by release {body.get('release')}, model epoch {body.get('epoch')}; "
            f"this is {RELEASE}, {EPOCH}",
            "Its results stay as they are. Ask again in another folder.",
        )
    try:
        return _unpacked(body, folder / STUDY)
    except (KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{folder / STUDY}: what was asked cannot be read ({error})") from error


def _unpacked(body: Mapping[str, Any], place: Path) -> Asked:
    claims, files = [], []
    for each in body["claims"]:
        text: str = each["text"]
        file = SourceFile(each["file"], each["file"], place, text, sha256(text.encode()).hexdigest())
        claim = read_claim(Draft(file))  # its order of arms, which the sealed file does not keep
        scenarios = {arm.name: unpack(each["arms"][arm.name], str(place)) for arm in claim.arms}
        claims.append(Checked(claim, scenarios))
        files.append((each["file"], text))
    return Asked(
        tuple(claims), tuple(files), body["draws"], body["people"], body["seed"], body["design_seed"],
        body["dated"],
    )  # fmt: skip


def wanted(found: Checked) -> tuple[Expression, ...]:
    """Everything that is read in the arms of a claim."""
    claim = found.claim
    told = [each.measure for each in claim.conditions] + list(claim.shows)
    more: tuple[str, ...] = ()
    if claim.id in (SAFEGUARDS, IN_PAIRS):
        more = (HARM, BENEFIT, *OTHERS)
    elif claim.id == SAFETY[0]:
        more = priced()
    return tuple(dict.fromkeys([*told, *(expression(each, tallies()) for each in more)]))


def packages(found: Checked) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Of the claim on safeguards: each arm but the first, and the safeguards that it has beside the first."""
    first = found.scenarios[found.claim.arms[0].name]
    return {
        arm.name: (arm.name, tuple(sorted(set(found.scenarios[arm.name].mechanisms) - set(first.mechanisms))))
        for arm in found.claim.arms[1:]
    }


def in_pairs(found: Checked) -> Checked:
    """The claim on safeguards with every two of its single safeguards as an arm of its own.

    Nothing decides it: it is lived for the frontier.
    """
    claim = found.claim
    single = {name: has for name, (_, has) in packages(found).items() if len(has) == 1}
    first = claim.arms[0]
    arms, scenarios = [first], {first.name: found.scenarios[first.name]}
    for one, other in combinations(single, 2):
        both = (claim.arm(one), claim.arm(other))
        name = f"{one} + {other}"
        arms.append(Arm(name, first.scenario, tuple(s for each in both for s in each.settings)))
        scenarios[name] = _joined(found.scenarios[one], found.scenarios[other])
    told = {"id": IN_PAIRS, "arms": tuple(arms), "conditions": ()}
    return Checked(claim.model_copy(update=told), scenarios)


def _joined(one: Scenario, other: Scenario) -> Scenario:
    """A scenario with what the other has beside it."""
    both = dict(one.mechanisms) | {n: m for n, m in other.mechanisms.items() if n not in one.mechanisms}
    return replace(one, mechanisms=Table(both), origins=Table(dict(other.origins) | dict(one.origins)))
