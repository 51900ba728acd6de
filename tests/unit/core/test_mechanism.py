"""Two institutions with the same parameters are equal, also when both have worked something out."""

from functools import cached_property

import pytest

from glasstown.lab.catalog import CATALOG


def worked_out(model):
    """One with its defaults that has worked out all that it keeps."""
    found = model()
    for name in dir(model):
        if isinstance(getattr(model, name, None), cached_property):
            getattr(found, name)
    return found


@pytest.mark.parametrize("name", sorted(CATALOG))
def test_what_is_worked_out_does_not_count(name):
    one, other = worked_out(CATALOG[name]), worked_out(CATALOG[name])
    assert one == other and hash(one) == hash(other)
    assert one == CATALOG[name]()


def test_a_parameter_and_the_kind_count():
    grid, score = CATALOG["grid"], CATALOG["score"]
    assert grid() != grid(patrols=7) and grid() != score() and grid() != "grid"
    assert any(isinstance(getattr(grid, name, None), cached_property) for name in dir(grid))  # it has such
