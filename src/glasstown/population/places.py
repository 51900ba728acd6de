"""Where people live: blocks, districts, town and country, and the quarters of group B."""

from dataclasses import dataclass

import numpy as np

from glasstown.core.rng import purpose, table, threshold
from glasstown.core.typing import I64s, U8s
from glasstown.population.households import Households
from glasstown.population.spans import Team
from glasstown.population.spec import TownSpec


@dataclass(frozen=True, slots=True)
class Places:
    """Blocks and districts, all contiguous in rows of people.

    ``block_start`` (blocks + 1) and ``district_start`` (districts + 1) hold first rows, int64;
    ``district_block`` (districts + 1) the first block of each district; the first ``urban`` rows, whole
    households, are town, the rest is country.
    """

    block_start: I64s
    district_block: I64s
    urban: int

    @property
    def blocks(self) -> int:
        """Blocks in all."""
        return len(self.block_start) - 1

    @property
    def district_start(self) -> I64s:
        """First row of each district, and the number of people at the end."""
        return self.block_start[self.district_block]


def divide(spec: TownSpec, homes: Households) -> Places:
    """Cut the row of households into blocks of about the wanted size, and the blocks into districts."""
    people, blocks, districts = int(homes.start[-1]), spec.blocks, spec.district_count()
    even = np.array([b * people // blocks for b in range(blocks + 1)], np.int64)
    first = np.searchsorted(homes.start, even)
    block_start = homes.start[first].astype(np.int64)
    district_block = np.array([d * blocks // districts for d in range(districts + 1)], np.int64)
    urban = np.searchsorted(homes.start, round(spec.urban * people))
    return Places(block_start, district_block, int(homes.start[urban]))


def districts_of(places: Places) -> U8s:
    """Column district, uint8, shape (people,)."""
    column = np.empty(int(places.block_start[-1]), np.uint8)
    edges = places.district_start
    for d in range(len(edges) - 1):
        column[edges[d] : edges[d + 1]] = d
    return column


def blocks_of(places: Places, rows: I64s) -> I64s:
    """The block of each of some rows of people, int64."""
    return np.asarray(np.searchsorted(places.block_start[:-1], rows, side="right") - 1)


def group_shares(spec: TownSpec, blocks: int, key: np.uint64) -> list[float]:
    """The share of group B in each block: ``group_clustering`` of it in blocks of its own, side by side."""
    own = min(round(spec.group_clustering * spec.group_share * blocks), blocks)
    rest = min(max((spec.group_share * blocks - own) / max(blocks - own, 1), 0.0), 1.0)
    one, two = np.empty(1, np.uint64), np.empty(1, np.uint64)
    table(key, np.zeros(1, np.uint32), 0, 0, purpose("population", "group.quarter"), one, two)
    first = int(one[0]) % (blocks - own + 1)
    return [1.0 if first <= b < first + own else rest for b in range(blocks)]


def household_groups(spec: TownSpec, homes: Households, places: Places, key: np.uint64, team: Team) -> U8s:
    """The group of each household, uint8, shape (households,): 0 is A, 1 is B."""
    limits = {share: threshold(share) for share in set(group_shares(spec, places.blocks, key))}
    limit = np.array([limits[share] for share in group_shares(spec, places.blocks, key)], np.uint64)
    group, decision = np.empty(homes.count, np.uint8), purpose("population", "group.household")

    def some(lo: int, hi: int) -> None:
        rows = homes.start[lo:hi]
        one, two = np.empty(hi - lo, np.uint64), np.empty(hi - lo, np.uint64)
        table(key, rows.astype(np.uint32), 0, 0, decision, one, two)
        group[lo:hi] = one < limit[blocks_of(places, rows.astype(np.int64))]

    team.each(homes.count, some)
    return group
