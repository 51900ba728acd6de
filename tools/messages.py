"""Bring the catalogues up to date with the sentences in the code: `make messages`.

New sentences appear untranslated, those no longer said disappear; nothing is guessed. Then translate, and run
it again to compile. Tests fail on a sentence that is missing, unused or not compiled.
"""

import ast
import io
import struct
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from glasstown.lab.catalog import CATALOG, TownSpec
from glasstown.scenario.describe import parameters
from glasstown.scenario.model import RunSpec

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "glasstown"
SAYING = {"say": slice(0, 1), "mark": slice(0, 1), "many": slice(1, 3)}
"""Calls whose arguments are sentences, and which of them."""
LANGUAGES = ("fr",)


def place(language: str) -> Path:
    """The catalogue of a language, without its ending."""
    return PACKAGE / "locale" / language / "LC_MESSAGES" / "glasstown"


def sentences(source: str) -> Iterator[str | tuple[str, ...]]:
    """What a Python source says, in its order; (singular, plural) where that depends on a number."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            chosen = node.args[SAYING[name]] if name in SAYING else []
            texts = [
                each.value
                for each in chosen
                if isinstance(each, ast.Constant) and isinstance(each.value, str)
            ]
            if texts and len(texts) == len(chosen):
                yield texts[0] if name != "many" else tuple(texts)


def shipped() -> Iterator[str]:
    """Title, question and notes of every scenario that comes along, by paragraph, each on one line."""
    for path in sorted(PACKAGE.joinpath("scenario/shipped").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for key in ("title", "question", "assumed"):
            yield from (" ".join(part.split()) for part in table.get(key, "").split("\n\n") if part.strip())


def arms() -> Iterator[str]:
    """What the arms of every claim that comes along are called."""
    for path in sorted(PACKAGE.joinpath("claims").glob("*.toml")):
        for arm in tomllib.loads(path.read_text(encoding="utf-8")).get("arm", ()):
            yield arm.get("name", "")


def meanings() -> Iterator[str]:
    """What every parameter of a town, of a run and of each institution means."""
    for table, model in {"town": TownSpec, "run": RunSpec, **CATALOG}.items():
        yield from (each.text for each in parameters(model, table))


def wanted() -> Catalog:
    """Every sentence that the code or a shipped scenario says, names of arms, what every parameter means."""
    found = Catalog()
    for text in (*shipped(), *filter(None, arms()), *meanings()):
        found.add(text)
    for path in sorted([*PACKAGE.joinpath("report").rglob("*.py"), *PACKAGE.joinpath("cli").rglob("*.py")]):
        for sentence in sentences(path.read_text(encoding="utf-8")):
            found.add(sentence)
    for path in sorted(PACKAGE.joinpath("report/assets").glob("*.html")):
        with path.open("rb") as template:
            for _, _, sentence, _ in babel_extract(template, ["say"], [], {"silent": "false"}):
                said = sentence if isinstance(sentence, str) else next(filter(None, sentence or ()), None)
                if said:
                    found.add(said)
    return found


def updated(language: str) -> Catalog:
    """The catalogue as it should be: what is said, with the translations that there are."""
    path = place(language).with_suffix(".po")
    text = path.read_bytes() if path.exists() else b""
    old = read_po(io.BytesIO(text), locale=language)
    new = Catalog(locale=language, fuzzy=False)
    for message in wanted():
        if message.id:
            known = old.get(message.id)
            kept = known.string if known and known.string and not known.fuzzy else None
            new.add(message.id, kept).flags.discard("python-format")
    return new


def po(catalogue: Catalog) -> bytes:
    """As text: by sentence, without dates or places, so that it changes only when words do."""
    written = io.BytesIO()
    write_po(written, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    kind = '"Content-Type: text/plain; charset=utf-8\\n"'
    head = f'msgid ""\nmsgstr ""\n{kind}\n"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    return head.encode() + written.getvalue()


def mo(text: bytes, language: str) -> bytes:
    """Compiled, as the GNU gettext manual lays it out; the same bytes whenever and by whatever it is done."""
    catalogue = read_po(io.BytesIO(text), locale=language)
    head = f"Content-Type: text/plain; charset=utf-8\nPlural-Forms: {catalogue.plural_forms}\n"
    pairs = {"": head} | {"\0".join(forms(m.id)): "\0".join(forms(m.string)) for m in catalogue if m.id}
    keys = sorted(pairs)
    both = [each.encode() for each in (*keys, *(pairs[key] for key in keys))]
    at, rows = 28 + 16 * len(keys), []
    for each in both:
        rows += [len(each), at]
        at += len(each) + 1
    start = [0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 28 + 16 * len(keys)]
    return struct.pack(f"<{7 + len(rows)}I", *start, *rows) + b"".join(each + b"\0" for each in both)


def forms(text: object) -> tuple[str, ...]:
    """One form of a sentence, or as many as the language has."""
    return (text,) if isinstance(text, str) else tuple(text or ("",))


def missing(catalogue: Catalog) -> list[str]:
    """Sentences without a translation."""
    return [
        str(m.id)
        for m in catalogue
        if m.id and not (m.string and all(m.string if m.pluralizable else [m.string]))
    ]


def main() -> int:
    """Write every catalogue; 1 if something is still to be translated."""
    left = 0
    for language in LANGUAGES:
        catalogue = updated(language)
        text = po(catalogue)
        path = place(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".po").write_bytes(text)
        path.with_suffix(".mo").write_bytes(mo(text, language))
        for sentence in missing(catalogue):
            print(f"{language}: not translated: {sentence}", file=sys.stderr)
            left = 1
        print(f"{language}: {len(catalogue)} sentences")
    return left


if __name__ == "__main__":
    sys.exit(main())
