"""Two hundred misspelt keys of the catalogue, and misspelt mechanisms: each refused with the name meant."""

from collections.abc import Iterator
from itertools import islice

import pytest

from glasstown.errors import ScenarioError
from glasstown.lab.catalog import CATALOG, TownSpec
from glasstown.scenario import explain, spelling
from glasstown.scenario.describe import parameters
from glasstown.scenario.load import loads
from glasstown.scenario.model import RESERVED, RunSpec

MODELS = {"town": TownSpec, "run": RunSpec, **CATALOG}
DESCRIBED = [(each, name) for name, model in MODELS.items() for each in parameters(model, name)]
KEYS = [each.key for each, name in DESCRIBED if each.table == name]
PROMISED = 200


def slips(word: str) -> Iterator[str]:
    """What fingers make of a word: a letter dropped, doubled, replaced, or swapped; capitals; hyphens."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :]
        yield word[:at] + word[at - 1] + word[at:]
        yield word[:at] + ("q" if word[at] != "q" else "z") + word[at + 1 :]
    yield word.upper()
    yield word.replace("_", "-")


def fair(slip: str, word: str, others: set[str]) -> bool:
    """Whether a slip can only mean ``word``: it is no name itself, and no other name is as near."""
    far = spelling.distance(slip.lower().replace("-", "_"), word)
    rivals = (spelling.distance(slip.lower(), other) for other in others - {word})
    return slip not in others and len(word) > 3 and all(each > far for each in rivals)


def misspelt() -> Iterator[tuple[str, str, str]]:
    """Table, slip, key meant: one slip of each key, then another of each, in turn."""
    tables = {name: {key.partition(".")[2] for key in KEYS if key.startswith(f"{name}.")} for name in MODELS}
    pending = []
    for place, key in enumerate(KEYS):
        table, _, word = key.partition(".")
        made = [each for each in dict.fromkeys(slips(word)) if fair(each, word, tables[table])]
        turned = made[place % len(made) :] + made[: place % len(made)] if made else []
        pending.append([(table, slip, word) for slip in turned])
    for round_ in range(max(map(len, pending))):
        yield from (each[round_] for each in pending if round_ < len(each))


CASES = list(islice(misspelt(), PROMISED))


def told(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        loads(text, CATALOG, TownSpec, place="a.toml")
    assert len(caught.value.problems) == 1
    return caught.value.message


def suggested(table: str, slip: str, word: str) -> bool:
    """Whether the loader refuses the slip in its place and names the key that was meant."""
    return told(f"[{table}]\n{slip} = 1\n") == f"a.toml:2:1: {table}.{slip}: unknown key; nearest: {word}"


def test_there_are_as_many_as_promised() -> None:
    assert len(set(CASES)) == PROMISED


@pytest.mark.parametrize(("table", "slip", "word"), CASES)
def test_a_misspelt_key_meets_the_one_that_was_meant(table: str, slip: str, word: str) -> None:
    assert suggested(table, slip, word)


@pytest.mark.parametrize("name", CATALOG)
def test_a_misspelt_mechanism_meets_the_one_that_was_meant(name: str) -> None:
    names = {*CATALOG, *RESERVED}
    for slip in [each for each in dict.fromkeys(slips(name)) if fair(each, name, names)]:
        assert told(f"[{slip}]\n") == f"a.toml:1:1: {slip}: unknown mechanism; nearest: {name}"


def test_a_loader_that_suggests_the_first_best_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "nearest", lambda word, names: next(iter(names), ""))
    assert sum(suggested(*case) for case in CASES) < PROMISED


def test_a_loader_that_lets_unknown_keys_pass_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    table, slip, word = CASES[0]
    monkeypatch.setattr("glasstown.scenario.validate.explain", lambda model, error, known: ("", ""))
    assert not suggested(table, slip, word)
