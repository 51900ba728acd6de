"""The page: one file that asks nothing of anybody, with its own fonts and a policy that lets no code run."""

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from glasstown.errors import InputError
from glasstown.lab.compare import Pair
from glasstown.report.figures.spine import rowpanes, spine
from glasstown.report.ledger import origins
from glasstown.report.reading import Reading, Section, read
from glasstown.report.sections import (
    around,
    authority,
    changes,
    couples,
    foreseen,
    held,
    help,
    life,
    methods,
    neighbours,
    price,
    rights,
    score,
    silence,
    summary,
    wrong,
)
from glasstown.report.words import LANGUAGES
from glasstown.store.atomic import write_text
from glasstown.store.layout import report_name

__all__ = ["render", "write"]

FONTS: Final = (
    ("GT Serif", "glasstown-serif.woff2", "400 500", "normal"),
    ("GT Serif", "glasstown-serif-italic.woff2", "400", "italic"),
    ("GT Sans", "glasstown-sans.woff2", "400 600", "normal"),
)

OTHER: Final = {"en": ("fr", "Français"), "fr": ("en", "English")}


def render(pair: Pair, language: str = "en") -> str:
    """The report on a pair in one language, as one HTML page. Raises InputError for an unknown language."""
    return _page(pair, language, beside=False)


def write(pair: Pair, folder: Path) -> list[Path]:
    """The report in each language, linked to the other, in ``folder``. Raises DiskFull, StoreError."""
    written = []
    for language in LANGUAGES:
        path = folder / report_name(language)
        write_text(path, _page(pair, language, beside=True))
        written.append(path)
    return written


def _page(pair: Pair, language: str, beside: bool) -> str:
    if pair.without.people == 0:
        raise InputError(
            "Nobody lives in this town: there is nothing to report", "Give it people (--people)."
        )
    reading = read(pair, language)
    style = _style()
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    other = (*OTHER[language], report_name(OTHER[language][0])) if beside else None
    page: str = _template().render(_content(reading), style=style, policy=policy, other=other)
    return page if page.endswith("\n") else page + "\n"


def _content(reading: Reading) -> dict[str, Any]:
    """All that the template shows."""
    built = (
        silence.section(reading), rights.section(reading), score.section(reading), wrong.section(reading),
        foreseen.lists(reading), foreseen.flags(reading), held.checks(reading), held.held(reading),
        neighbours.section(reading), help.section(reading), couples.section(reading), around.section(reading),
        authority.section(reading), price.section(reading),
    )  # fmt: skip
    sections: list[Section] = [section for section in built if section]
    return {
        "say": reading.say,
        "language": reading.say.language,
        "title": reading.say("The same town, twice."),
        "paragraph": summary.paragraph(reading),
        "facts": summary.facts(reading),
        "town": summary.town(reading),
        "balance": summary.balance(reading),
        "cautions": summary.cautions(reading, origins(reading)),
        "sections": sections,
        "life": life.story(reading),
        "changes": changes.changes(reading),
        "methods": methods.methods(reading),
        "spine": spine,
        "rowpanes": lambda kinds: rowpanes(kinds.source, kinds.estimated, kinds.assumed),
    }


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("glasstown.report", "assets"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("page.html")


@cache
def _style() -> str:
    """The style sheet with the fonts inside it."""
    assets = files("glasstown.report").joinpath("assets")
    faces = []
    for family, name, weight, style in FONTS:
        font = b64encode(assets.joinpath("fonts", name).read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:swap;'
            f'src:url(data:font/woff2;base64,{font}) format("woff2")}}'
        )
    return "\n".join([*faces, assets.joinpath("page.css").read_text(encoding="utf-8")])
