"""The file of verdicts: what is written is read again, with the same bytes, and damage is noticed."""

import json
from dataclasses import replace

import pytest

from glasstown.errors import Damaged
from glasstown.lab.verdict import (
    Effect,
    Hinge,
    Influence,
    Rests,
    Share,
    Verdict,
    packed,
    read,
    unpacked,
    write,
)
from glasstown.store.sealed import canonical

HALF = Share(1, 2, 0.5, 0.03, 0.97)
EFFECT = Effect("voiced", "1", ("open", "watched"), None, 0.3, 0.1, -1 / 3, -0.4, None, 0.01, 2, "less", 0.02)
VERDICT = Verdict(
    "silence", "depends", False, 2, 1, 0, (1, 2), 20_000, 365, HALF, HALF, Share(0, 2, 0.0, 0.0, 0.8),
    (replace(EFFECT, toward=HALF, holds=1, fails=1),), (EFFECT,), Rests(3, 4, 50, 6, 20),
    (Influence("score.company", 0.5, 0.3, 0.7, -0.6, 0.1, True),),
    (Hinge("registry.error", "1", 0.013, 0.01, 0.02, (0.0, 0.1), (), HALF, HALF, 0.9),
     Hinge("score.publicity", "", None, None, None, None, ("public",), HALF, HALF, 0.9)),
    (1, -1, None), (1.5, -0.5, None),
)  # fmt: skip


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "verdicts.json"
    write(path, [VERDICT, replace(VERDICT, claim="merit", word="unmeasured")], {"claims": 18})
    verdicts, about = read(path)
    assert about == {"claims": 18}
    assert [each.claim for each in verdicts] == ["silence", "merit"]
    first = path.read_bytes()
    write(path, verdicts, about)
    assert path.read_bytes() == first
    assert verdicts[0] == replace(
        VERDICT,
        conditions=(replace(VERDICT.conditions[0], median=-0.333333333),),
        shows=(replace(EFFECT, median=-0.333333333),),
    )


def test_numbers_have_nine_digits_and_no_negative_zero():
    plain = packed(replace(VERDICT, margins=(2 / 3, -0.0, 1e-17 / 3)))
    assert canonical(plain["margins"]) == canonical([0.666666667, 0.0, 3.33333333e-18])


@pytest.mark.parametrize("change", [{"word": "maybe"}, {"draws": "2"}, {"states": [1, 0.5]}, {"holds": None}])
def test_a_verdict_that_is_none_is_refused(change):
    with pytest.raises(Damaged, match=next(iter(change))):
        unpacked(packed(VERDICT) | change)


def test_a_changed_byte_is_noticed(tmp_path):
    path = tmp_path / "verdicts.json"
    write(path, [VERDICT])
    path.write_text(path.read_text().replace('"count": 1', '"count": 2', 1))
    with pytest.raises(Damaged):
        read(path)
    assert json.loads(path.read_text())["what"] == "glasstown verdicts"
