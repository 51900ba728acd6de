"""Where people live: blocks, districts, town and country, and the quarters of group B."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from glasstown.core.rng import threshold
from glasstown.core.typing import I64s, U8s
from glasstown.population.draws import Draws
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


def within(spec: TownSpec, homes: Households, district: I64s) -> Places:
    """Blocks inside the districts that people were given (sorted, whole households), numbered from 0 on."""
    people = int(homes.start[-1])
    edges = np.searchsorted(district, np.arange(int(district[-1]) + 2 if people else 2))
    even, first = [0], [0]
    for lo, hi in pairwise(edges.tolist()):
        blocks = round((hi - lo) / spec.block_residents) or int(hi > lo)
        even += [lo + (hi - lo) * (b + 1) // blocks for b in range(blocks)]
        first.append(len(even) - 1)
    even = even if len(even) > 1 else [0, people]
    block_start = homes.start[np.searchsorted(homes.start, np.array(even))].astype(np.int64)
    urban = np.searchsorted(homes.start, round(spec.urban * people))
    return Places(block_start, np.array(first, np.int64), int(homes.start[urban]))


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


def group_shares(spec: TownSpec, blocks: int, draws: Draws) -> list[float]:
    """The share of group B in each block: ``group_clustering`` of it in blocks of its own, side by side."""
    own = min(round(spec.group_clustering * spec.group_share * blocks), blocks)
    rest = min(max((spec.group_share * blocks - own) / max(blocks - own, 1), 0.0), 1.0)
    one = Draws(draws.key).at(np.zeros(1, np.uint32), "group.quarter")[0]
    first = int(one[0]) % (blocks - own + 1)
    return [1.0 if first <= b < first + own else rest for b in range(blocks)]


def household_groups(spec: TownSpec, homes: Households, places: Places, draws: Draws, team: Team) -> U8s:
    """The group of each household, uint8, shape (households,): 0 is A, 1 is B. Drawn for its first member."""
    limits = {share: threshold(share) for share in set(group_shares(spec, places.blocks, draws))}
    limit = np.array([limits[share] for share in group_shares(spec, places.blocks, draws)], np.uint64)
    group = np.empty(homes.count, np.uint8)

    def some(lo: int, hi: int) -> None:
        rows = homes.start[lo:hi]
        one, _ = draws.at(rows, "group.household")
        group[lo:hi] = one < limit[blocks_of(places, rows.astype(np.int64))]

    team.each(homes.count, some)
    return group
