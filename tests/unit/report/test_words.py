"""The catalogue is whole, nothing in it is left over, and French is spaced as French is."""

import importlib.util
import io
import string
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.pofile import read_po

from glasstown.errors import InputError
from glasstown.measures.definitions import MEASURES
from glasstown.report import names
from glasstown.report.words import LANGUAGES, words

ROOT = Path(__file__).parents[3]


def _messages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("messages", ROOT / "tools/messages.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MESSAGES = _messages()


def fields(sentence: str) -> set[str]:
    """The names that a sentence fills in."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def broken(said: dict[str, tuple[str, ...]], known: dict[str, tuple[str, ...]]) -> list[str]:
    """Sentences untranslated, translations that nobody says, and those that fill in other names."""
    wrong = [f"missing: {s}" for s in said if not all(known.get(s, ("",)))]
    wrong += [f"unused: {s}" for s in known if s not in said]
    for sentence, texts in known.items():
        wanted = set().union(*map(fields, said.get(sentence, ())))
        wrong += [
            f"names differ: {sentence}" for text in texts if sentence in said and not fields(text) <= wanted
        ]
    return wrong


def _texts(of: object) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else tuple(of or ("",))  # type: ignore[call-overload,no-any-return]


def said() -> dict[str, tuple[str, ...]]:
    """What the code says, by its first form."""
    return {_texts(m.id)[0]: _texts(m.id) for m in MESSAGES.wanted() if m.id}


@pytest.mark.parametrize("language", MESSAGES.LANGUAGES)
def test_the_catalogue_is_whole_and_used(language: str) -> None:
    text = MESSAGES.place(language).with_suffix(".po").read_bytes()
    catalogue = read_po(io.BytesIO(text), locale=language)
    known = {_texts(m.id)[0]: _texts(m.string) for m in catalogue if m.id}
    assert broken(said(), known) == []
    assert [m.id for m in catalogue if m.fuzzy and m.id] == []
    assert not catalogue.obsolete


@pytest.mark.parametrize("language", MESSAGES.LANGUAGES)
def test_what_runs_is_what_was_translated(language: str) -> None:
    path = MESSAGES.place(language)
    text = path.with_suffix(".po").read_bytes()
    assert path.with_suffix(".mo").read_bytes() == MESSAGES.mo(text, language)


def test_planted_faults_are_caught() -> None:
    one = {"Hello {name}.": ("Hello {name}.",)}
    assert broken(one, {"Hello {name}.": ("Bonjour {name}.",)}) == []
    assert broken(one, {}) == ["missing: Hello {name}."]
    assert broken(one, {"Hello {name}.": ("",)}) == ["missing: Hello {name}."]
    assert broken(one, {"Hello {name}.": ("Bonjour {nom}.",)}) == ["names differ: Hello {name}."]
    assert broken({}, {"Old.": ("Vieux.",)}) == ["unused: Old."]


def test_every_language_of_the_report_has_a_catalogue() -> None:
    assert {"en", *MESSAGES.LANGUAGES} == set(LANGUAGES)


def test_every_measure_and_right_has_a_name() -> None:
    assert names.MEASURE_NAMES.keys() == MEASURES.keys()
    assert {f"closed_{str(right.name).lower()}" for right in names.RIGHTS} <= MEASURES.keys()


def test_titles_of_shipped_scenarios_are_said_in_french() -> None:
    texts = list(MESSAGES.shipped())
    assert len(texts) >= 6
    assert [text for text in texts if not words("fr").knows(text)] == []


def test_french_spacing() -> None:
    say = words("fr")
    assert say("The right closed to most people is “{right}”: {share}.", right="a : b", share="3 %") == (
        "Le droit fermé au plus grand nombre est «\u202fa : b\u202f»\u202f: 3 %."
    )
    assert say("/1,000 a year") == "/1\u202f000 par an"


def test_a_text_of_a_file_is_never_formatted() -> None:
    for language in LANGUAGES:
        assert words(language).title("{0.__class__} ; {x}") == "{0.__class__} ; {x}"
        assert words(language).title("") == ""


def test_an_unknown_language() -> None:
    with pytest.raises(InputError, match="no report in 'xx'"):
        words("xx")
