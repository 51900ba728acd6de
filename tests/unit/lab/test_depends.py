"""What a claim depends on: a screening and indices of runs made for the question, on a claim small enough."""

from dataclasses import replace

import numpy as np
import pytest

from glasstown.cli.commands.sensitivity import sensitivity
from glasstown.errors import InputError
from glasstown.lab import screening
from glasstown.lab.answering import How
from glasstown.lab.arms import placed
from glasstown.lab.plan import Plan, town_of
from glasstown.lab.screening import FILE, WHAT, Depends
from glasstown.lab.simulate import simulate
from glasstown.lab.town import people_of
from glasstown.measures.series import reported
from glasstown.store.sealed import canonical, read_sealed
from two_claims import files

HOW = How(workers=1)

pytestmark = pytest.mark.xdist_group("screening")


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Depends:
    claim = files(tmp_path_factory.mktemp("claims"))[1]
    return screening.screening(claim, tmp_path_factory.mktemp("asked"), 200, 3, 2, 8, how=HOW)


def test_what_decides_is_found_and_what_does_nothing_is_nothing(found):
    stars = {each.name: each.star for each in found.screened}
    assert found.screened[0].name.startswith("opinion.")
    assert stars["opinion.prior"] > 0.0
    assert stars["conduct.reds"] == 0.0  # conduct moves no opinion here
    assert {each.parameter for each in found.indices} == {each.name for each in found.screened[:2]}
    assert all(each.total_high >= 0.0 and each.total_low <= each.total for each in found.indices)
    assert found.failed == 0 and found.runs > 2 * 3 * len(stars)


def test_without_people_in_common_everything_seems_to_matter(monkeypatch, tmp_path):
    """Planted fault: each point with people of its own."""
    monkeypatch.setattr(Plan, "town", lambda plan, draw, replicate: town_of(draw, replicate))
    claim = files(tmp_path)[1]
    told = screening.screening(claim, tmp_path / "asked", 200, 3, 0, 8, how=HOW)
    assert {each.name: each.star for each in told.screened}["conduct.reds"] > 0.0


def test_a_margin_is_that_of_runs_lived_by_themselves(tmp_path):
    asker = screening._Asker(screening.checked(files(tmp_path)[1]), tmp_path / "asked", 200, None, HOW)
    points = np.random.default_rng(1).random((3, len(asker.design.factors)))
    margins = asker.margins(asker.design, points, np.array([5, 5, 9]))
    design, _ = screening.laid_out(asker.base.plan.arms, asker.design, points)
    for draw, town in enumerate((5, 5, 9)):
        told = []
        for arm in asker.arms:
            scenario = placed(asker.base.plan.arms[arm], design.values(draw, arm), town)
            outcome = simulate(scenario, people_of((scenario,), 1), threads=1, keep="totals")
            rows = {name: values.tolist() for name, values in outcome.totals.items()}
            here = [k for k, by in enumerate(rows["by"]) if (rows["measure"][k], by) == ("voiced", "all")]
            numbers = (rows[name][here[0]] for name in ("value", "people", "days"))
            told.append(reported("voiced", *numbers))
        assert margins[draw] == pytest.approx((told[1] - told[0]) / 0.01 - 1.0)


def test_the_same_bytes_again_and_by_two_workers(found, tmp_path):
    claim, told = files(tmp_path)[1], []
    for _ in range(2):  # the second time finds everything there
        again = screening.screening(claim, tmp_path / "asked", 200, 3, 2, 8, how=How(workers=2))
        told.append((canonical(again.packed()), (tmp_path / "asked" / FILE).read_bytes()))
    assert told[0] == told[1]
    assert told[0][0] == canonical(found.packed())
    assert read_sealed(tmp_path / "asked" / FILE, WHAT, 1)["claim"] == "tolerant"


def test_institutions_move_together(tmp_path):
    told = screening.screening(files(tmp_path)[1], tmp_path / "asked", 200, 3, 2, 8, True, how=HOW)
    assert {each.name for each in told.screened} <= {"town", "opinion", "conduct"}
    assert told.by == "institution" and told.indices == ()
    assert told.screened[0].mean is None


def test_trajectories_through_contradictions_are_passed_over(tmp_path):
    asker = screening._Asker(screening.checked("wall"), tmp_path, 200, None, HOW)
    names = [each.key for each in asker.design.factors]
    many = screening.walk(names, 24, groups=[each.partition(".")[0] for each in names])

    def whole(made: screening.Walk) -> int:
        fits = [screening.laid_out(asker.base.plan.arms, asker.design, each)[1] for each in made.points]
        return sum(bool(each.all()) for each in fits)

    assert whole(asker.lively(many, 3)) == 3
    assert whole(replace(many, points=many.points[:3], moved=many.moved[:3])) < 3, "without it"


@pytest.mark.parametrize("wrong", [{"trajectories": 1}, {"points": 12}, {"few": -1}])
def test_what_cannot_be_asked_is_said(wrong, tmp_path):
    with pytest.raises(InputError, match="power of two"):
        screening.screening("wall", tmp_path, **wrong)


def test_the_command_asks_what_python_asks():
    given = {each.name: each.default for each in sensitivity.params}
    wanted = (screening.PEOPLE, screening.TRAJECTORIES, screening.FEW, screening.POINTS)
    assert tuple(given[name] for name in ("people", "trajectories", "few", "points")) == wanted
