"""What a verdict turns on, in one plain sentence, in English and in French."""

from typing import Final

from glasstown.lab.claim import Words
from glasstown.lab.hinge import FEWEST
from glasstown.lab.verdict import Hinge, Influence, Verdict

UNITS: Final = {
    "1": ("", ""),
    "": ("", ""),
    "path": ("", ""),
    "s": ("s", "s"),
    "m": ("m", "m"),
    "m2": ("m²", "m²"),
    "1/day": ("a day", "par jour"),
    "1/month": ("a month", "par mois"),
    "1/year": ("a year", "par an"),
    "1/point": ("a point", "par point"),
    "1/person": ("per person", "par personne"),
    "1/100000 person": ("per 100,000 people", "pour 100 000 personnes"),
    "person/km2": ("people per km²", "personnes par km²"),
    "yuan/year": ("yuan a year", "yuans par an"),
    "day": ("days", "jours"),
    "month": ("months", "mois"),
    "year": ("years", "ans"),
    "cell": ("cells", "cases"),
    "point": ("points", "points"),
    "person": ("people", "personnes"),
    "people": ("people", "personnes"),
    "districts": ("districts", "quartiers"),
}
"""Units as they are said after a number; others are said as they are written."""

SINGLE: Final = {
    "day": ("day", "jour"),
    "month": ("month", "mois"),
    "year": ("year", "an"),
    "cell": ("cell", "case"),
    "point": ("point", "point"),
    "person": ("person", "personne"),
    "people": ("person", "personne"),
    "districts": ("district", "quartier"),
    "yuan/year": ("yuan a year", "yuan par an"),
}
"""Those that are said otherwise after one."""

SPACE: Final = "\u00a0"


def unit_words(unit: str, value: float = 2.0) -> Words:
    """A unit as it is said after ``value``; without French if it is in no table."""
    if unit not in UNITS:
        return Words(en=unit)
    (en, fr), (one, un) = UNITS[unit], SINGLE.get(unit, UNITS[unit])
    return Words(en=one if abs(value) == 1 else en, fr=un if abs(value) < 2 else fr)


def turns_on(verdict: Verdict) -> Words:
    """What a verdict turns on, or that nothing stands out or nothing can be told."""
    if verdict.hinges:
        return hinge_words(verdict.hinges[0])
    decided = verdict.holds.count + verdict.fails.count
    if decided < FEWEST:
        return Words(
            en="Too few draws are decided to tell what it turns on.",
            fr="Trop peu de tirages sont tranchés pour dire ce qui la fait basculer.",
        )
    if verdict.fails.count == 0:
        return _and_most(
            verdict,
            "Nothing turns it: it holds in every decided draw.",
            f"Rien ne la fait basculer{SPACE}: elle tient dans tous les tirages tranchés.",
        )
    if verdict.holds.count == 0:
        return _and_most(
            verdict,
            "Nothing turns it: it holds in no decided draw.",
            f"Rien ne la fait basculer{SPACE}: elle ne tient dans aucun tirage tranché.",
        )
    if not _standing(verdict):
        return Words(
            en="Nothing among what was drawn stands out.",
            fr="Rien ne ressort parmi ce qui a été tiré au sort.",
        )
    return _and_most(
        verdict, "No single value turns it.", "Aucune valeur ne la fait basculer à elle seule."
    )  # fmt: skip


def _standing(verdict: Verdict) -> tuple[Influence, ...]:
    """What explains the margin more than chance would, the most first."""
    return tuple(each for each in verdict.influences if each.stands_out)


def _and_most(verdict: Verdict, en: str, fr: str) -> Words:
    """The same, with what explains most of how far the claim is from its border, if anything does."""
    for most in _standing(verdict)[:1]:
        share = f"{100 * most.index:.0f}"
        en += f" How far it is from its border goes most with {most.parameter} ({share} % of it)."
        fr += (
            f" Sa distance à la limite dépend le plus de {most.parameter} (qui en explique {share}{SPACE}%)."
        )
    return Words(en=en, fr=fr)


def hinge_words(hinge: Hinge) -> Words:
    """A hinge in one sentence; it "turns" if most draws hold on one side, and most fail on the other."""
    above, below = (f"{100 * share.value:.0f}" for share in (hinge.above, hinge.below))
    (here, there), (ici, autrement) = _sides(hinge)
    if hinge.turns:
        en, fr = f"It turns on {hinge.parameter}", f"Elle bascule avec {hinge.parameter}"
    else:
        en = f"Most depends on {hinge.parameter}, though it does not turn the verdict"
        fr = f"Elle dépend surtout de {hinge.parameter}, qui ne fait pourtant pas basculer le verdict"
    return Words(
        en=f"{en}: {here} it holds in {above} % of the decided draws, {there} in {below} %.",
        fr=f"{fr}{SPACE}: {ici} elle tient dans {above}{SPACE}% des tirages tranchés, "
        f"{autrement} dans {below}{SPACE}%.",
    )


def _sides(hinge: Hinge) -> tuple[tuple[str, str], tuple[str, str]]:
    """Both sides of a hinge, in English and in French."""
    if hinge.names == ("true",):
        return ("switched on", "switched off"), ("activé", "désactivé")
    if hinge.names == ("false",):
        return ("switched off", "switched on"), ("désactivé", "activé")
    if hinge.names:
        return (
            (f"with {_listed(hinge.names, 'or')}", "otherwise"),
            (f"avec {_listed(hinge.names, 'ou')}", "sinon"),
        )
    number = f"{float(f'{hinge.at or 0.0:.3g}'):.10g}"
    unit = unit_words(hinge.unit, float(number))
    said = f"{number} {unit.en}".rstrip()
    dit = f"{number.replace('.', ',')}{SPACE}{unit.fr or unit.en}".rstrip()
    return (f"above {said}", "below"), (f"au-dessus de {dit}", "en dessous")


def _listed(names: tuple[str, ...], last: str) -> str:
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else names[0]
