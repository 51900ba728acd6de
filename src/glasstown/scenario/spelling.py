"""The valid name that was most likely meant."""

import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher

_LONGEST = 64
_CYRILLIC_AND_GREEK = (
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u051b"
    "\u051d\u04bb\u04cf\u03bf\u03b1\u03bd\u03c1\u03b9\u03ba\u03c4\u03c5\u03c7"
)
_ALIKE = str.maketrans(_CYRILLIC_AND_GREEK, "aeopcyxijsdqwhloavpiktux")


def distance(one: str, other: str) -> int:
    """Letters to insert, drop, replace, or swap with their neighbour to turn ``one`` into ``other``."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, names: Iterable[str]) -> str:
    """The name nearest to ``word``, or "" if none is near: at most a third of the letters may differ.

    Case, hyphens, accents and letters of other alphabets that look the same do not count.
    """
    if not 0 < len(word) <= _LONGEST:
        return ""
    plain = _plain(word)
    ranked = [
        (distance(plain, _plain(name)), -SequenceMatcher(None, plain, _plain(name)).ratio(), place, name)
        for place, name in enumerate(dict.fromkeys(names))
        if abs(len(name) - len(word)) <= _allowed(word, name)
    ]
    far, _, _, name = min(ranked, default=(_LONGEST, 0.0, 0, ""))
    return name if far <= _allowed(word, name) else ""


def _allowed(word: str, name: str) -> int:
    return max(1, (max(len(word), len(name)) + 1) // 3)


def folded(word: str) -> str:
    """``word`` with accents dropped and letters that look like Latin ones turned into those."""
    plain = unicodedata.normalize("NFKD", word.translate(_ALIKE))
    return "".join(each for each in plain if not unicodedata.combining(each))


def _plain(word: str) -> str:
    return folded(word.casefold()).replace("-", "_")
