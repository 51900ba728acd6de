"""The floor: what the machine itself asks for a byte, a draw and a call."""

from dataclasses import dataclass

import numpy as np

from bench.clock import quickest
from bench.tables import Part
from glasstown.core.kernels import BLOCK, kernel
from glasstown.core.mechanism import Phase, Step
from glasstown.core.rng import draw, fill, run_key, when
from glasstown.core.ties import NoTies
from glasstown.core.typing import U32, U64, U8s, U16s, U32s
from glasstown.core.vocabulary import ACTS, AGE, DIARY, ENTRIES, GROUP, NOTICES, PERCEIVED_RISK, SCORE
from glasstown.engine.view import Binding, ChunkView

LARGE, SMALL = 1 << 28, 1 << 19
"""Bytes copied to measure memory, and the second-level cache."""

IDS = 1 << 16
"""Ids drawn for at once."""

LENT = (ACTS, AGE, DIARY, ENTRIES, GROUP, NOTICES, PERCEIVED_RISK, SCORE)
"""Columns of the step whose call is measured: as many as a step of the catalogue names."""


@dataclass(frozen=True, slots=True)
class Costs:
    """ns for a byte read or written (memory, cache), a keyed draw (one of many, one alone), a call."""

    memory: float
    cache: float
    many: float
    alone: float
    call: float


@kernel
def draw_many(key: U64, ids: U32s, day: int, purpose: U32) -> np.uint64:
    """Draw for everybody, block by block, as the steps do."""
    one, two = np.empty(BLOCK, np.uint64), np.empty(BLOCK, np.uint64)
    seen = np.uint64(0)
    for lo in range(0, len(ids), BLOCK):
        n = min(BLOCK, len(ids) - lo)
        fill(key, ids[lo : lo + n], when(day, 0), purpose, one[:n], two[:n])
        seen ^= one[0] ^ two[0]
    return seen


@kernel
def draw_alone(key: U64, times: int, day: int, purpose: U32) -> np.uint64:
    """Draw again and again, each time for whom the last draw names: nothing can be done at once."""
    who = np.uint64(1)
    for _ in range(times):
        who = draw(key, who & np.uint64(0xFFFF), 0, when(day, 0), purpose)[0]
    return who


@kernel
def nothing(
    ids: U32s, a: U16s, b: U8s, c: U32s, d: U16s, e: U8s, f: U8s, g: U16s, h: U16s, key: U64, day: int,
    purpose: U32, one: U64, two: U64, three: int, four: int,
) -> None:  # fmt: skip
    """As many arguments as a step's kernel, and no work."""


def measure(repeats: int) -> Costs:
    """Each the best of ``repeats``."""
    key, ids = run_key(1), np.arange(IDS, dtype=np.uint32)
    purpose = np.uint32(7)
    many = quickest(lambda: draw_many(key, ids, 3, purpose), 5 * repeats) / IDS
    alone = quickest(lambda: draw_alone(key, IDS, 3, purpose), repeats) / IDS
    return Costs(
        _copying(LARGE, 1, repeats), _copying(SMALL, 64, repeats), many * 1e9, alone * 1e9, _calling(repeats)
    )


def _copying(size: int, times: int, repeats: int) -> float:
    """ns for a byte read or written by a copy of ``size`` bytes."""
    source, target = np.ones(size, np.uint8), np.zeros(size, np.uint8)

    def copy() -> None:
        for _ in range(times):
            np.copyto(target, source)

    return quickest(copy, repeats) / times / (2 * size) * 1e9


def _calling(repeats: int) -> float:
    """ns from a step's being called to its kernel's return, without work."""
    step = Step("bench.nothing", Phase.ACT, lambda view, now: None, reads=LENT)
    whole = {c.name: np.zeros(BLOCK, c.dtype) for c in LENT}
    view = ChunkView(Binding(step, whole, {}, {}, np.zeros(0, np.int64), {}, 0),
                     np.arange(BLOCK, dtype=np.uint32), 0, BLOCK, BLOCK,
                     NoTies(BLOCK))  # fmt: skip
    key, purpose, word = run_key(1), np.uint32(7), np.uint64(1)
    times = 200

    def call() -> None:
        for _ in range(times):
            nothing(view.ids, *(view[c] for c in LENT), key, 3, purpose, word, word, 1, 2)

    call()
    return quickest(call, repeats) / times * 1e9


def part(costs: Costs) -> Part:
    """The floor, told in terms of one copied byte."""
    told = (
        ("byte read or written, memory", costs.memory, f"{1 / costs.memory:.1f} GB/s"),
        ("byte read or written, cache", costs.cache, f"{1 / costs.cache:.1f} GB/s"),
        ("keyed draw (128 bits), many at once", costs.many, ""),
        ("keyed draw, alone", costs.alone, ""),
        ("call of a step", costs.call, "for each chunk of people"),
    )
    rows = [(what, f"{ns:.3g}", f"{ns / costs.memory:.3g}", note) for what, ns, note in told]
    return Part("The floor", ("what", "ns", "in bytes of memory", ""), rows)
