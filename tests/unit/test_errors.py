"""The error tree: every branch has an exit code, a class for each drawn name, and survives pickling."""

import pickle
import re
from pathlib import Path

import pytest

from glasstown import errors
from glasstown.errors import DiskFull, GlasstownError, Interrupted, NotEnoughMemory, Problem, ScenarioError

CLASSES = [getattr(errors, name) for name in errors.__all__ if name != "Problem"]


def test_the_drawing_names_every_class() -> None:
    drawn = set(re.findall(r"[├└]── (\w+)", errors.__doc__ or "")) | {"GlasstownError"}
    assert drawn == {each.__name__ for each in CLASSES}


def test_the_drawing_has_the_shape_of_the_tree() -> None:
    parents: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"    ([│ ]*)(?:[├└]── )?(\w+) +\S", line)
        if found is None or found[2] not in errors.__all__:
            continue
        depth = 0 if "──" not in line else len(found[1]) // 4 + 1
        if depth:
            assert getattr(errors, found[2]).__base__.__name__ == parents[depth - 1]
        parents[depth:] = [found[2]]


@pytest.mark.parametrize(("name", "code"), [("InputError", 2), ("RunFailed", 3), ("Interrupted", 4)])
def test_exit_codes_are_inherited(name: str, code: int) -> None:
    branch = getattr(errors, name)
    assert all(each.exit_code == code for each in CLASSES if issubclass(each, branch))


@pytest.mark.parametrize(
    "error",
    [
        *(each("what", "hint") for each in CLASSES),
        ScenarioError("what", "hint", (Problem("a.toml", 1, 2, "k", "wrong", "l"),)),
        NotEnoughMemory("what", "hint", 3, 2),
        DiskFull("what", "hint", Path("run"), 5),
        Interrupted("what", "hint", Path("run")),
    ],
    ids=lambda error: type(error).__name__,
)
def test_survives_pickling(error: GlasstownError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error) == "what\nhint"


def test_a_problem_reads_like_a_compiler_message() -> None:
    problem = Problem("article.toml", 14, 1, "score.memroy", "unknown key", "memory")
    assert str(problem) == "article.toml:14:1: score.memroy: unknown key; nearest: memory"
    assert str(Problem("--set days=x", 0, 0, "", "wrong")) == "--set days=x: wrong"
