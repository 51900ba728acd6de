"""Words in two languages: a gettext catalogue whose keys are the English sentences, and French spacing.

Every sentence is one entry; none is put together from pieces. Values are filled in after translation, so
that neither a translation nor its spacing can touch them.
"""

import gettext
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from glasstown.errors import InputError

__all__ = ["LANGUAGES", "Spoken", "Words", "flat", "mark", "words"]

LANGUAGES: Final = ("en", "fr")

THIN: Final = "\u202f"
"""Narrow no-break space: before ; : ! ? and % in French, and between thousands."""

_SPACES: Final = re.compile(r"(?<=«)[ \u00a0]|[ \u00a0](?=[;:!?%»])|(?<=\d) (?=\d{3}\b)")
_BEFORE_PERCENT: Final = re.compile(r"(?<=\d) (?=%)")


def mark(sentence: str) -> str:
    """``sentence`` itself: marks it for the catalogue where it is written, to be said later."""
    return sentence


def flat(more: str, less: str, neither: str) -> dict[str, str]:
    """Sentences by verdict; ``neither`` is for what this run shows no difference in, whatever the reason."""
    return {"more": more, "less": less, "same": neither, "unsure": neither, "unknown": neither}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A text, and the language in which it is: that of the page, or English where it has no other."""

    text: str
    tongue: str


class Words:
    """Says sentences in one language: ``say("{n} people", n="3")``."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def __call__(self, sentence: str, /, **values: object) -> str:
        """The sentence in this language, with ``values`` in the place of {names}; as it stands if unknown."""
        return self.spaced(self._catalogue.gettext(sentence)).format(**values)

    def many(self, count: int, one: str, other: str, /, **values: object) -> str:
        """``one`` or ``other``, as the language counts."""
        return self.spaced(self._catalogue.ngettext(one, other, count)).format(**values)

    def title(self, text: str) -> str:
        """A text of a file in this language if the catalogue has it; otherwise unchanged, braces and all."""
        return self.spaced(self._catalogue.gettext(text)) if text and self.knows(text) else text

    def spoken(self, text: str) -> Spoken:
        """A text of a file or of a parameter, as ``title`` says it, with its language."""
        return Spoken(self.title(text), self.language if self.knows(text) else "en")

    def either(self, en: str, fr: str) -> Spoken:
        """A text that is given in both languages; in English where there is no other."""
        own = self.language == "fr" and fr
        return Spoken(self.spaced(" ".join((fr if own else en).split())), "fr" if own else "en")

    def knows(self, text: str) -> bool:
        """Whether ``text`` needs no translation or has one."""
        return self.language == "en" or self._catalogue.gettext(text) != text

    def spaced(self, sentence: str) -> str:
        """A sentence of this language with the spaces that it wants before signs."""
        if self.language == "fr":
            return _SPACES.sub(THIN, sentence)
        return _BEFORE_PERCENT.sub("", sentence)


@cache
def words(language: str) -> Words:
    """The words of a language. Raises InputError for one that is not in LANGUAGES."""
    if language not in LANGUAGES:
        raise InputError(f"no report in {language!r}", f"Languages: {', '.join(LANGUAGES)}.")
    if language == "en":
        return Words(language, gettext.NullTranslations())
    folder = files("glasstown").joinpath("locale", language, "LC_MESSAGES")
    with folder.joinpath("glasstown.mo").open("rb") as catalogue:
        return Words(language, gettext.GNUTranslations(catalogue))
