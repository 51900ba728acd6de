"""Kinds of household: who lives together, as letters around one anchor person.

``W`` a woman, the anchor · ``X`` a man, the anchor where there is no woman · ``M`` the husband of the
anchor · ``c`` her child, not yet grown · ``g`` her grown child · ``k`` her grandchild · ``F`` and ``H``
the mother and father of one of the couple · ``w`` and ``m`` the wife and husband of a second couple,
some years younger. How often each kind occurs at each age of the anchor is fitted (``calibrate``) so
that ages, sexes, sizes and contacts within households are the published ones; ``PRIOR`` is where the
fit starts from (assumed: no table of kinds was found), within each size.
"""

import numpy as np

from glasstown.core.typing import U8s

PRIOR: dict[str, tuple[str, float]] = {
    "man": ("X", 1.0),
    "woman": ("W", 1.5),
    "couple": ("WM", 6.0),
    "mother_child": ("Wc", 0.3),
    "father_child": ("Xc", 0.3),
    "mother_grown": ("Wg", 0.6),
    "father_grown": ("Xg", 0.6),
    "grandmother_child": ("Wk", 0.1),
    "grandfather_child": ("Xk", 0.1),
    "couple_child": ("WMc", 6.0),
    "couple_grown": ("WMg", 5.0),
    "couple_grandchild": ("WMk", 0.5),
    "couple_mother": ("WMF", 0.3),
    "couple_father": ("WMH", 0.3),
    "mother_children": ("Wcc", 0.15),
    "mother_child_mother": ("WcF", 0.15),
    "father_child_mother": ("XcF", 0.15),
    "couple_children": ("WMcc", 5.0),
    "couple_child_mother": ("WMcF", 1.0),
    "couple_child_father": ("WMcH", 1.0),
    "couple_parents": ("WMFH", 0.6),
    "couple_growns": ("WMgg", 2.0),
    "mother_child_parents": ("WcFH", 0.1),
    "father_child_parents": ("XcFH", 0.2),
    "couple_child_parents": ("WMcFH", 4.0),
    "couple_children_mother": ("WMccF", 0.8),
    "couple_children_father": ("WMccH", 0.8),
    "couple_3_children": ("WMccc", 1.0),
    "couple_growns_mother": ("WMggF", 0.2),
    "couple_children_parents": ("WMccFH", 4.0),
    "couple_3_children_mother": ("WMcccF", 0.5),
    "couple_3_children_father": ("WMcccH", 0.5),
    "couples_child_parents": ("WMcFHwm", 1.0),
    "couple_3_children_parents": ("WMcccFH", 1.0),
    "couples_2_children_parents": ("WMccFHwm", 1.0),
    "couples_3_children_parents": ("WMcccFHwm", 1.0),
    "couples_4_children_parents": ("WMccccFHwm", 1.0),
}

LETTERS = "WXMcgkFHwm"
WOMAN, MAN, HUSBAND, CHILD, GROWN, GRANDCHILD, MOTHER, FATHER, WIFE_2, HUSBAND_2 = range(10)
SIZES = 10
"""The largest household."""

YOUNGEST = 18
"""The lowest age of an anchor or a husband."""

SECOND = 4
"""Years by which the second couple of a household is younger than the first (assumed)."""


def roles() -> U8s:
    """The role of each member of each kind, shape (kinds, SIZES), uint8; 255 where there is nobody."""
    table = np.full((len(PRIOR), SIZES), 255, np.uint8)
    for kind, (letters, _) in enumerate(PRIOR.values()):
        table[kind, : len(letters)] = [LETTERS.index(letter) for letter in letters]
    return table


def sizes() -> U8s:
    """People in each kind of household, shape (kinds,), uint8."""
    return np.array([len(letters) for letters, _ in PRIOR.values()], np.uint8)


def possible(letters: str, age: int) -> bool:
    """Whether a household of these members may have an anchor of this age (assumed limits)."""
    if age < (20 if "M" in letters or "c" in letters else YOUNGEST):
        return False
    if ("c" in letters and age > 73) or ("g" in letters and age < 36) or ("k" in letters and age < 40):
        return False
    return not (("F" in letters or "H" in letters) and age > 65)
