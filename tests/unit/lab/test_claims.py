"""A claim's file: what it may say, what is found wrong with it and where; what its measures come to."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glasstown.errors import ScenarioError
from glasstown.lab.claim import Arm, Claim
from glasstown.lab.claim_check import checked, differences
from glasstown.lab.claim_measure import Unknown, expression
from glasstown.lab.claim_read import claim, shipped, tallies
from glasstown.measures.definitions import MEASURES
from glasstown.measures.whole import joined

MINE = """\
sentence.en = "A score that all can see closes more doors than a secret one."
differs = ["score.publicity"]
arm = [
  { name = "secret", scenario = "article", settings = ["score.publicity=secret"] },
  { name = "public", scenario = "article" },
]
[[test]]
measure = "any_closed"
direction = "more"
matters = 0.01
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def wrong(folder: Path, *changes: tuple[str, str]) -> str:
    """What is wrong with MINE once its parts are replaced, the folder left out."""
    text = MINE
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = written(folder, text)
    with pytest.raises(ScenarioError) as caught:
        checked(path)
    return str(caught.value).replace(f"{folder}/", "")


def test_ten_lines_make_a_claim(tmp_path: Path) -> None:
    found = checked(written(tmp_path, MINE))
    assert MINE.count("\n") == 10
    mine = found.claim
    assert (mine.id, mine.said_by, mine.decidable) == ("mine", "other", True)
    assert mine.arms[0] == Arm("secret", "article", ("score.publicity=secret",))
    assert mine.between == ("secret", "public")
    assert (mine.horizon.days, mine.horizon.people) == (365, 20_000)
    assert [str(each) for each in mine.conditions] == ["any_closed more in public than in secret, by 0.01"]
    assert found.scenarios["secret"].run.days == 365
    assert found.scenarios["public"].town.people == 20_000  # type: ignore[attr-defined]


def test_a_claim_is_frozen(tmp_path: Path) -> None:
    mine = claim(written(tmp_path, MINE))
    with pytest.raises(ValueError, match="frozen"):
        mine.id = "other"  # type: ignore[misc]
    assert mine.arm("public").scenario == "article"
    with pytest.raises(KeyError):
        mine.arm("nobody")


def test_an_arm_may_be_a_file_beside_the_claim(tmp_path: Path) -> None:
    (tmp_path / "quiet.toml").write_text('extends = "article"\n[score]\npublicity = "secret"\n')
    text = MINE.replace('"article", settings = ["score.publicity=secret"]', '"quiet.toml"')
    assert checked(written(tmp_path, text)).scenarios["secret"].name == "quiet"


class TestWhatIsWrong:
    """Planted faults, each found with its line and, where there is one, the name that was meant."""

    def test_one_key_more(self, tmp_path: Path) -> None:
        said = wrong(tmp_path, ('"score.publicity=secret"]', '"score.publicity=secret", "score.company=0"]'))
        assert said == (
            'mine.toml:5:3: arm[1]: "public" differs from "secret" in score.company too, '
            "which differs does not name"
        )

    def test_an_institution_more(self, tmp_path: Path) -> None:
        said = wrong(tmp_path, ('"score.publicity=secret"]', '"score.publicity=secret", "audit={}"]'))
        assert "in audit too, which differs does not name" in said

    def test_one_key_less(self, tmp_path: Path) -> None:
        said = wrong(tmp_path, ('["score.publicity"]', '["score.publicity", "score.company"]'))
        assert said == 'mine.toml:2:31: differs[1]: no arm differs from "secret" in score.company'

    @pytest.mark.parametrize("setting", ["town.trust=0.1", "run.seed=2"])
    def test_no_twins(self, tmp_path: Path, setting: str) -> None:
        said = wrong(tmp_path, ('"score.publicity=secret"]', f'"score.publicity=secret", "{setting}"]'))
        key = setting.partition("=")[0]
        assert said.endswith(f'differs from "secret" in {key}: arms share their town, seed and days')

    def test_the_same_twice(self, tmp_path: Path) -> None:
        said = wrong(tmp_path, ("]\n[[test]]", '  { name = "again", scenario = "article" },\n]\n[[test]]'))
        assert said == 'mine.toml:6:3: arm[2]: "again" is the same as "public"'

    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            ('"article" }', '"artikel" }', "nearest: article"),
            ("score.publicity=secret", "score.publicty=secret", "unknown key; nearest: publicity"),
            ("score.publicity=secret", "score.publicity=secrt", "nearest: secret"),
            ("score.publicity=secret", "run.days=3", "run.days is that of all arms: give horizon.days above"),
            ("score.publicity=secret", "town.people=500", "give horizon.people above"),
            ("differs", 'id = "A b"\ndiffers', "expected a-z, digits and hyphens"),
            ("score.publicity=secret", "expiry.limit=3", "expiry is not part of this scenario"),
            ('"any_closed"', '"any_close"', "there is no measure any_close; nearest: any_closed"),
            ('"any_closed"', '"any_closed[group=C]"', "the levels of group are A, B"),
            ('"any_closed"', '"evading_all"', "there is no measure evading_all"),
            ('"more"', '"mroe"', "nearest: more"),
            ("matters = 0.01", "matters = 0", "some difference is always there"),
            ("matters = 0.01", 'matters = 0.01\narm = "public"', "arm and than go together"),
            ("matters = 0.01", 'matters = 0.01\narm = "pubic"\nthan = 1.0', "nearest: public"),
            ('["score.publicity"]', '["score.publicty"]', "nearest: score.publicity"),
            ("differs", 'source = "leffort"\ndiffers', "nearest: lefort"),
            ("differs", 'between = ["secret", "pubic"]\ndiffers', "nearest: public"),
            ("differs", 'shows = ["voicd"]\ndiffers', "nearest: voiced"),
            ("differs", 'sentense = "x"\ndiffers', "nearest: sentence"),
            ("differs", "horizon.days = 0\ndiffers", "from 1 to 36525"),
            ('name = "public"', 'nam = "public"', "unknown key; nearest: name"),
            ('name = "public"', 'name = "secret"', "two arms are called secret"),
            ('"any_closed"', '"curfew"', "there is no measure curfew"),
            ("sentence.en", "sentence.xx", "missing"),
        ],
    )  # fmt: skip
    def test_and_which_was_meant(self, tmp_path: Path, before: str, after: str, said: str) -> None:
        found = wrong(tmp_path, (before, after))
        assert said in found
        assert found.startswith("mine.toml:"), found

    def test_a_measure_that_an_arm_does_not_have(self, tmp_path: Path) -> None:
        said = wrong(
            tmp_path,
            (
                '"article", settings = ["score.publicity=secret"]',
                '"article", settings = [\'without=["audit"]\']',
            ),
        )
        assert "audit" in said
        text = """\
sentence.en = "x"
differs = ["score"]
arm = [{ scenario = "open" }, { scenario = "open", settings = ["score={}", "registry={}"] }]
test = [{ measure = "score", direction = "more", matters = 1 }]
"""
        with pytest.raises(ScenarioError, match="in registry too"):
            checked(written(tmp_path, text))
        with pytest.raises(ScenarioError, match='score means nothing in "open"'):
            checked(written(tmp_path, text.replace('["score"]', '["score", "registry"]')))

    def test_nothing_that_decides(self, tmp_path: Path) -> None:
        text = MINE.partition("[[test]]")[0]
        with pytest.raises(ScenarioError, match="nothing decides it"):
            checked(written(tmp_path, text))
        found = checked(written(tmp_path, 'needs = "a measure of doors"\n' + text)).claim
        assert not found.decidable

    def test_one_arm(self, tmp_path: Path) -> None:
        assert "two or more arms" in wrong(tmp_path, ('  { name = "public", scenario = "article" },\n', ""))

    def test_no_such_claim(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match="nearest: silence"):
            claim("silense")
        with pytest.raises(ScenarioError, match="no such file"):
            claim(tmp_path / "gone.toml")
        with pytest.raises(ScenarioError, match="a folder"):
            claim(tmp_path)

    def test_not_toml(self, tmp_path: Path) -> None:
        with pytest.raises(ScenarioError, match=r"mine\.toml:1:\d+: not TOML"):
            claim(written(tmp_path, "sentence = \n"))
        with pytest.raises(ScenarioError, match=r"arm\[0\]: expected a table"):
            claim(written(tmp_path, MINE.replace("  { name", "  3, { name", 1)))


def test_differences_name_tables_and_keys() -> None:
    one = {"title": "a", "score": {"company": 0.1, "deep": {"x": 1}}, "lists": {}, "run": {"language": "en"}}
    other = {"title": "b", "score": {"company": 0.2, "deep": {"x": 2}}, "run": {"language": "fr"}}
    assert differences(one, other) == ("score.company", "score.deep.x", "lists")
    assert differences(one, one) == ()


TALLIES = frozenset({"flags_right", "flags_wrong"})


class TestMeasures:
    """Expressions: read, written, refused, worked out."""

    @pytest.mark.parametrize(
        "text",
        ["voiced", "voiced[group=B]", "flagged / misflagged", "evading[fifth=5] - evading[fifth=1]",
         "reported + misreported", "flags_right / flags_wrong", "evading[fifth=5]"],
    )  # fmt: skip
    def test_read_and_written(self, text: str) -> None:
        assert str(expression(text, TALLIES)) == text

    @pytest.mark.parametrize(
        "text",
        ["", "voiced voiced", "a * b", "voiced[all=all]", "voiced[fifth=6]", "voiced - score", "flags_right",
         "flags_right / voiced", "flags_right - flags_wrong", "flags_right[group=A] / flags_wrong",
         "earnings_gini[group=A]", "voiced[age=75+]"],
    )  # fmt: skip
    def test_refused(self, text: str) -> None:
        with pytest.raises(Unknown):
            expression(text, TALLIES)

    def test_worked_out(self) -> None:
        rows = [  # two districts of 50 and 150 people, of them 20 and 30 in group B, in 73 days
            ("reported", "all", 0, 4, 50), ("reported", "all", 0, 8, 150), ("reported", "group", 1, 2, 20),
            ("reported", "group", 1, 3, 30), ("misreported", "all", 0, 3, 50),
            ("misreported", "all", 0, 3, 150), ("flags_right", "town", 0, 3, 1),
            ("flags_wrong", "town", 0, 12, 1),
        ]  # fmt: skip
        names = ("measure", "by", "level", "value", "people")
        totals = {name: np.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
        totals["days"] = np.full(len(rows), 73)
        gini = {"earnings_gini": 412_345}
        totals = joined(totals | {"district": np.zeros(len(rows), np.int16)}, gini, {}, 73)

        def of(text: str) -> float:
            whole = expression(text, TALLIES)
            return whole.of(whole.values(totals))

        assert of("reported") == pytest.approx(12 / 200 * 5)
        assert of("reported[group=B]") == pytest.approx(5 / 50 * 5)
        assert of("misreported / reported") == pytest.approx(0.5)
        assert of("reported - misreported") == pytest.approx(6 / 200 * 5)
        assert of("reported + misreported") == pytest.approx(18 / 200 * 5)
        assert of("flags_right / flags_wrong") == 0.25
        assert of("named") == 0.0
        assert math.isnan(of("reported / named"))
        assert of("earnings_gini") == 0.412345
        assert math.isnan(of("moved_fifth")), "what cannot be said of a town is no zero"

    def test_no_tally_is_called_like_a_measure(self) -> None:
        assert not tallies() & MEASURES.keys()


@pytest.mark.parametrize(
    ("direction", "relative", "one", "other", "holds"),
    [
        ("more", False, 1.0, 1.25, True),
        ("more", False, 1.0, 1.24, False),
        ("less", False, 1.0, 0.75, True),
        ("less", False, 1.0, 1.25, False),
        ("same", False, 1.0, 1.24, True),
        ("same", False, 1.0, 0.75, False),
        ("less", True, 4.0, 3.0, True),
        ("less", True, 4.0, 3.1, False),
        ("more", True, 0.0, 0.0, False),
        ("less", True, 0.0, 0.0, False),
        ("same", True, 0.0, 0.0, True),
        ("more", False, 1.0, math.nan, False),
        ("same", False, math.nan, 1.0, False),
    ],
)
def test_a_condition_holds(direction: str, relative: bool, one: float, other: float, holds: bool) -> None:
    made: Any = claim("silence").conditions[0]
    condition = made.model_copy(update={"direction": direction, "matters": 0.25, "relative": relative})
    assert condition.holds(one, other) is holds


def test_every_shipped_claim_is_read() -> None:
    assert len(shipped()) == 18
    assert all(isinstance(claim(name), Claim) for name in shipped())
    assert all(term.name in MEASURES for each in claim("safety").shows for term in each.terms)
