"""What a town shall be: every parameter of the synthetic population, with its unit and where it comes from.

What is not a parameter here is held to the published tables of ``figures``: ages, sexes, households,
activities, incomes. People in collective households (8.4 % in 2020: hostels, barracks) live in family
households here, as the published sizes leave them out.
"""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from glasstown.core.units import Assumed, Estimated, Source, Unit

MOST_PEOPLE = 2_000_000_000
MOST_DISTRICTS = 64
MOST_REACH = 16

Share = Field(ge=0, le=1)


class TownSpec(BaseModel):
    """A town to be made: table ``[town]`` of a scenario."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    title: ClassVar[str] = "Town"

    people: Annotated[
        int, Field(ge=0, le=MOST_PEOPLE), Unit("people"), Assumed("a lesson; 1 million is a study", 0, 2e9)
    ] = 100_000
    """People in the town."""

    table: Annotated[str, Unit("path")] = ""
    """A Parquet file with one row per person, instead of synthetic people; then ``people`` is its rows."""

    ties_table: Annotated[str, Unit("path")] = ""
    """A Parquet file with one row per tie (source, target, perhaps weight), instead of synthetic ties."""

    directed: Annotated[bool, Unit("1")] = False
    """Whether the source of each tie of ``ties_table`` sees the target, but not the other way round."""

    districts: Annotated[
        int,
        Field(ge=0, le=MOST_DISTRICTS),
        Unit("districts"),
        Assumed("0 lets the size of the town decide: 16 to 64 from 20,000 people on", 0, 64),
    ] = 0
    """Districts: contiguous groups of blocks; 0 for as many as the size of the town asks for."""

    block_residents: Annotated[
        int, Field(ge=20, le=1_000_000), Unit("people"), Source("pei-2021", "grids")
    ] = 1_000
    """People who live in one block, the cell of grid management."""

    urban: Annotated[float, Share, Unit("1"), Source("nbs-census-2020", "communique no. 7")] = 0.6389
    """Share of people who live in town; the others live in the country and are poorer."""

    group_share: Annotated[float, Share, Unit("1"), Source("nbs-census-2020", "communique no. 2")] = 0.0889
    """Share of people in the abstract minority group B (a household belongs to one group)."""

    group_clustering: Annotated[
        float, Share, Unit("1"), Assumed("no figure fits an abstract group; 0 is no clustering", 0, 1)
    ] = 0.0
    """Share of group B that lives in blocks of its own, side by side."""

    school_ties: Annotated[
        float, Field(ge=0, le=32), Unit("people"), Source("mistry-2021", "README, weights")
    ] = 11.41
    """Mean number of fellow pupils that a pupil knows."""

    school_reach: Annotated[
        int, Field(ge=1, le=MOST_REACH), Unit("people"), Assumed("with the ties, gives the clustering", 6, 16)
    ] = 11
    """Pupils on either side, in the order of a class, among whom those known are drawn."""

    work_ties: Annotated[
        float, Field(ge=0, le=32), Unit("people"), Source("mistry-2021", "README, weights")
    ] = 8.07
    """Mean number of colleagues that a working person knows."""

    work_reach: Annotated[
        int, Field(ge=1, le=MOST_REACH), Unit("people"), Assumed("with the ties, gives the clustering", 5, 16)
    ] = 11
    """Colleagues on either side, in the order of a workplace, among whom those known are drawn."""

    work_far: Annotated[
        float, Share, Unit("1"), Assumed("no figure for commuting between districts was found", 0, 1)
    ] = 0.4
    """Share of working people whose workplace lies in a district drawn at random."""

    neighbour_ties: Annotated[
        float, Field(ge=0, le=32), Unit("people"), Estimated("mistry-2021", "community, 2.79 in all", 0.5, 4)
    ] = 1.8
    """Mean number of people of the same block that a person knows, of any age."""

    friend_ties: Annotated[
        float, Field(ge=0, le=16), Unit("people"), Estimated("mistry-2021", "community, 2.79 in all", 0.5, 15)
    ] = 2.0
    """Mean number of friends of about the same age."""

    friend_far: Annotated[
        float, Share, Unit("1"), Assumed("no figure for the distance of friends was found", 0, 1)
    ] = 0.4
    """Share of friends who live anywhere in the town rather than in the same district."""

    income: Annotated[
        float,
        Field(ge=0.1, le=5),
        Unit("1"),
        Assumed("1 is the published incomes; another country is not", 0.3, 3),
    ] = 1.0
    """Factor on every income."""

    inequality: Annotated[
        float,
        Field(ge=0, le=3),
        Unit("1"),
        Assumed("1 is the published incomes; 0 makes all alike", 0.5, 1.5),
    ] = 1.0
    """Power to which incomes are raised, their mean kept: above 1 they lie further apart."""

    dissent: Annotated[
        float, Share, Unit("1"), Source("daymude-2025", "private dissent uniform on 0 to 1")
    ] = 0.5
    """Mean of private dissent."""

    dissent_spread: Annotated[
        float, Share, Unit("1"), Source("daymude-2025", "private dissent uniform on 0 to 1")
    ] = 0.5
    """Half the width of the uniform distribution of private dissent (cut at 0 and 1)."""

    boldness: Annotated[float, Share, Unit("1"), Assumed("no measure of boldness was found", 0.1, 1)] = 0.5
    """Mean of boldness."""

    boldness_spread: Annotated[float, Share, Unit("1"), Assumed("as wide as it can be", 0, 0.5)] = 0.5
    """Half the width of the uniform distribution of boldness."""

    prosociality: Annotated[
        float, Share, Unit("1"), Assumed("no measure on this scale was found", 0.1, 0.9)
    ] = 0.5
    """Mean of prosociality."""

    prosociality_spread: Annotated[float, Share, Unit("1"), Assumed("as wide as it can be", 0, 0.5)] = 0.5
    """Half the width of the uniform distribution of prosociality."""

    diligence: Annotated[float, Share, Unit("1"), Assumed("no measure on this scale was found", 0.1, 0.9)] = (
        0.5
    )
    """Mean of diligence."""

    diligence_spread: Annotated[float, Share, Unit("1"), Assumed("as wide as it can be", 0, 0.5)] = 0.5
    """Half the width of the uniform distribution of diligence."""

    trust: Annotated[
        float, Share, Unit("1"), Estimated("wvs-china", "waves 6 and 7, most people", 0.1, 0.65)
    ] = 0.6
    """Mean trust in other people (in strangers about 0.11)."""

    trust_spread: Annotated[
        float, Share, Unit("1"), Assumed("the sources give shares, no spread", 0, 0.4)
    ] = 0.4
    """Half the width of the uniform distribution of trust."""

    legitimacy: Annotated[
        float, Share, Unit("1"), Estimated("carter-2024", "list experiments, an upper bound", 0.4, 0.75)
    ] = 0.6
    """Mean legitimacy granted to the authority, in private."""

    legitimacy_spread: Annotated[
        float, Share, Unit("1"), Assumed("the sources give shares, no spread", 0, 0.4)
    ] = 0.4
    """Half the width of the uniform distribution of legitimacy."""

    hardship: Annotated[float, Share, Unit("1"), Source("epstein-2002", "hardship uniform on 0 to 1")] = 0.5
    """Mean hardship felt."""

    hardship_spread: Annotated[
        float, Share, Unit("1"), Source("epstein-2002", "hardship uniform on 0 to 1")
    ] = 0.5
    """Half the width of the uniform distribution of hardship."""

    risk_aversion: Annotated[
        float, Share, Unit("1"), Source("epstein-2002", "risk aversion uniform on 0 to 1")
    ] = 0.5
    """Mean aversion to risk."""

    risk_aversion_spread: Annotated[
        float, Share, Unit("1"), Source("epstein-2002", "risk aversion uniform on 0 to 1")
    ] = 0.5
    """Half the width of the uniform distribution of risk aversion."""

    @model_validator(mode="after")
    def _reachable(self) -> "TownSpec":
        for place, ties, reach in (
            ("school", self.school_ties, self.school_reach),
            ("work", self.work_ties, self.work_reach),
        ):
            if ties > 2 * reach:
                raise ValueError(f"{place}_ties = {ties} needs {place}_reach of at least {-int(-ties // 2)}")
        return self

    @property
    def blocks(self) -> int:
        """Blocks of the town, at least 1."""
        return max(1, round(self.people / self.block_residents))

    def district_count(self) -> int:
        """Districts of the town, at least 1 and at most one for each block."""
        wanted = self.districts
        if wanted == 0:
            wanted = min(max(self.people // 50_000, 16), MOST_DISTRICTS) if self.people >= 20_000 else 0
            wanted = wanted or max(1, self.people // 1_250)
        return min(wanted, self.blocks)
