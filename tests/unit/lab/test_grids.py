"""A study as tables and as a grid: the same numbers as its readings and verdicts, at the right places."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from glasstown.errors import StoreError
from glasstown.lab.claim_check import checked
from glasstown.lab.design import design
from glasstown.lab.readings import Readings
from glasstown.lab.study import Facts, Study
from glasstown.lab.tidy import KINDS, VERDICT, expressions
from glasstown.lab.verdict import Effect, Hinge, Rests, Share, Verdict

DRAWS, REPLICATES = 3, 2

HALF = Share(1, 2, 0.5, 0.03, 0.97)
EFFECT = Effect(
    "voiced", "1", ("unwatched", "watched"), None, 0.3, 0.1, -0.2, -0.4, None, 0.01, 2, "less", 0.02
)
HINGE = Hinge("score.publicity", "", None, None, None, None, ("public", "secret"), HALF, HALF, 0.9)
JUDGED = Verdict(
    "silence", "depends", False, 2, 1, 0, (1, 2), 20_000, 365, HALF, HALF, Share(0, 2, 0.0, 0.0, 0.8),
    (EFFECT,), (EFFECT,), Rests(3, 4, 50, 6, 20), (), (HINGE,), (1, -1, None), (1.5, -0.5, None),
)  # fmt: skip
PLAIN = Verdict(
    "wall", "unmeasured", True, 0, 0, 0, (0, 0), 20_000, 365, HALF, HALF, HALF, (), (), Rests(),
)  # fmt: skip


def number(arm: int, what: int, draw: int, replicate: int) -> float:
    return 1000.0 * arm + 100.0 * what + 10.0 * draw + replicate


@pytest.fixture(scope="module")
def study() -> Study:
    """Two claims that share no arm, with readings that say where they stand; one run was not lived."""
    claims = (checked("silence"), checked("wall"))
    arms = {(c.claim.id, a.name): f"{c.claim.id}/{a.name}" for c in claims for a in c.claim.arms}
    table, lived = {}, {}
    for found in claims:
        for place, arm in enumerate(found.claim.arms):
            key = arms[found.claim.id, arm.name]
            lived[key] = np.ones((DRAWS, REPLICATES), bool)
            lived[key][2, 1] = False
            for what, each in enumerate(expressions(found.claim)):
                values = np.fromfunction(
                    lambda d, r, a=place, w=what: number(a, w, d, r), (DRAWS, REPLICATES)
                )
                table[key, str(each)] = np.where(lived[key], values, np.nan)
    drawn = design(claims[0].scenarios, DRAWS, vary=["opinion.*", "cameras.miss"])
    facts = Facts(DRAWS, DRAWS, 20_000, (1, 2), 20, {}, 1, "0", 1, "")
    read = Readings(DRAWS, REPLICATES, table, lived)
    return Study(Path(), claims, arms, drawn, read, (JUDGED, PLAIN), facts)


def misplaced(frame, study: Study) -> int:
    """Rows whose value is not that of their arm, expression, draw and replicate."""
    wrong = 0
    for row in frame.itertuples():
        claim = study.checked(row.claim).claim
        arm = [each.name for each in claim.arms].index(row.arm)
        what = [str(each) for each in expressions(claim)].index(row.expression)
        wrong += row.value != number(arm, what, row.draw, row.replicate)
    return wrong


def test_a_frame_has_one_row_for_each_number_that_was_read(study):
    frame = study.frame()
    assert list(frame) == ["draw", "replicate", "claim", "arm", "expression", "unit", "value"]
    arms = sum(len(c.claim.arms) * len(expressions(c.claim)) for c in study.claims)
    assert len(frame) == arms * (DRAWS * REPLICATES - 1) and misplaced(frame, study) == 0
    assert misplaced(frame.assign(replicate=1 - frame.replicate), study) == len(frame), "planted fault"
    units = frame.groupby("expression", observed=True).unit.first()
    assert units["criticised"] == "1/year" and units["voiced"] == "1"
    assert study.frame("polars").height == len(study.frame("numpy")["value"]) == len(frame)


def test_a_grid_holds_a_claims_readings_and_what_was_drawn(study):
    grid = study.grid("silence")
    assert dict(grid.sizes) == {"draw": DRAWS, "replicate": REPLICATES, "arm": 2}
    claim = study.checked("silence").claim
    assert list(grid) == [str(each) for each in expressions(claim)] and "voiced - private_dissent" in grid
    for what, name in enumerate(grid):
        cell = grid[name].sel(draw=1, replicate=1, arm="watched")
        assert cell == number(1, what, 1, 1) != number(0, what, 1, 1)
        assert np.isnan(grid[name].sel(draw=2, replicate=1)).all()
    assert grid.criticised.attrs["units"] == "1/year" and "tolerated" in grid.criticised.attrs["long_name"]
    assert grid.attrs == {"claim": "silence", "word": "depends"}
    assert np.array_equal(grid.state, [1, -1, np.nan], equal_nan=True)
    assert np.array_equal(grid.margin, [1.5, -0.5, np.nan], equal_nan=True)
    for factor, values in zip(study.design.factors, study.design.numbers().T, strict=True):
        assert grid[factor.key].values.tolist() == values.tolist()
        assert grid[factor.key].attrs["long_name"] and "units" in grid[factor.key].attrs
    assert np.isnan(study.grid("wall").margin).all()
    with pytest.raises(KeyError):
        study.grid("growth")


def test_verdicts_stand_one_a_row(study):
    frame = study.judged()
    assert list(frame) == list(VERDICT) and set(KINDS) - set(VERDICT) == {"draw", "replicate", "value"}
    first, second = frame.itertuples()
    assert (first.claim, first.word, bool(first.firm), first.draws, first.failed) == (
        "silence",
        "depends",
        False,
        2,
        1,
    )
    assert (first.holds, first.holds_low, first.undecided_high) == (0.5, 0.03, 0.8)
    assert (first.measure, first.direction, first.matters) == ("voiced", "less", 0.02)
    assert (first.first, first.second, first.effect, first.effect_low) == (0.3, 0.1, -0.2, -0.4)
    assert np.isnan(first.effect_high) and np.isnan(first.hinge_at)
    assert (first.hinge, first.hinge_names) == ("score.publicity", "public, secret")
    assert (second.word, second.measure, second.hinge) == ("unmeasured", "", "") and np.isnan(second.effect)
    assert study.judged("arrow").schema.field("holds").metadata[b"unit"] == b"1"


def test_without_xarray_it_says_what_to_install(study, monkeypatch):
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(importlib, "import_module", absent)
    with pytest.raises(
        StoreError, match=r"xarray is not installed here\nInstall it with: .*glasstown\[frames\]"
    ):
        study.grid("silence")
