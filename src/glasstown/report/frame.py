"""What every page stands in: its style sheet with the fonts inside, the policy that lets no code run."""

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, Final

from glasstown.store.layout import report_name

__all__ = ["framed"]

FONTS: Final = (
    ("GT Serif", "glasstown-serif.woff2", "400 500", "normal"),
    ("GT Serif", "glasstown-serif-italic.woff2", "400", "italic"),
    ("GT Sans", "glasstown-sans.woff2", "400 600", "normal"),
)

OTHER: Final = {"en": ("fr", "Français"), "fr": ("en", "English")}


def framed(
    template: str, content: Mapping[str, Any], sheets: Sequence[str], language: str, beside: bool
) -> str:
    """A template filled and styled by ``sheets``; linked to the other language if that is ``beside`` it."""
    style = _style(tuple(sheets))
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    other = (*OTHER[language], report_name(OTHER[language][0])) if beside else None
    page: str = _template(template).render(content, style=style, policy=policy, other=other)
    return page if page.endswith("\n") else page + "\n"


@cache
def _template(name: str) -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("glasstown.report", "assets"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template(name)


@cache
def _style(sheets: tuple[str, ...]) -> str:
    """The style sheets with the fonts inside them."""
    assets = files("glasstown.report").joinpath("assets")
    faces = []
    for family, name, weight, style in FONTS:
        font = b64encode(assets.joinpath("fonts", name).read_bytes()).decode()
        faces.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:swap;'
            f'src:url(data:font/woff2;base64,{font}) format("woff2")}}'
        )
    return "\n".join([*faces, *(assets.joinpath(sheet).read_text(encoding="utf-8") for sheet in sheets)])
