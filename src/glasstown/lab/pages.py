"""The generated parts of the documentation: of institutions, scenarios, claims, of the model as a whole.

``python -m glasstown.lab.pages docs`` renews them all, ``... docs/mechanisms``, ``... docs/scenarios``,
``... docs/claims.md`` or ``... docs/model.md`` some; a test fails if one is out of date.
``... --results docs/scenarios`` lives every shipped scenario beside its twin and renews what came out; no
test holds those to the code: it takes minutes.
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from glasstown.core.mechanism import Mechanism, Step
from glasstown.lab import claim_page, model_page, scenario_page
from glasstown.lab.ledger import bibliography
from glasstown.lab.marked import replaced
from glasstown.mechanisms import CATALOG
from glasstown.scenario.describe import Parameter, parameters
from glasstown.scenario.files import shipped
from glasstown.store.atomic import write_text

BEGIN = "<!-- parameters -->"
"""Where the generated part of an institution's page begins."""


def generated(kind: type[Mechanism]) -> str:
    """The Markdown between the markers: parameters, steps at their defaults, sources cited."""
    found = parameters(kind, kind.table())
    cited = sorted({each.source for each in found if each.source})
    lines = ["## Parameters", "", "| parameter | default | unit | vary | origin |", "|---|---|---|---|---|"]
    lines += [_row(each) for each in found]
    lines += ["", "What they mean:", ""]
    lines += [f"- `{each.name}`: {_lower(each.text)}" for each in found]
    lines += [
        "",
        "## Steps",
        "",
        "| step | phase | reads | looks at others' | writes | adds to |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_step(step) for step in kind().steps()]
    if cited:
        lines += ["", "## Sources", ""]
        lines += [f"- {_source(key)}" for key in cited]
    return "\n".join(lines)


def renewed(page: str, kind: type[Mechanism]) -> str:
    """A page with its generated part renewed. Raises ValueError if its markers are missing."""
    return replaced(page, "parameters", generated(kind), kind.table())


def renewed_scenario(page: str, name: str) -> str:
    """The page of a shipped scenario, its head and contents renewed, its results left. Raises ValueError."""
    page = replaced(page, "question", scenario_page.question(name), name)
    return replaced(page, "scenario", scenario_page.contents(name), name)


def renewed_results(page: str, name: str) -> str:
    """The page of a shipped scenario with results lived now: seconds to minutes. Raises ValueError."""
    return replaced(page, "results", scenario_page.results(name), name)


def renewed_model(page: str) -> str:
    """The page of the model: its catalogue and its day renewed. Raises ValueError."""
    page = replaced(page, "catalogue", model_page.catalogue(), "the model")
    return replaced(page, "day", model_page.day(), "the model")


def renewed_claims(page: str) -> str:
    """The page of the claims, its generated part renewed. Raises ValueError."""
    return replaced(page, "claims", claim_page.contents(), "the claims")


def _row(each: Parameter) -> str:
    default = "true" if each.default is True else "false" if each.default is False else each.default
    sweep = f"{each.sweep[0]:g} to {each.sweep[1]:g}" if each.sweep else ""
    cells = (f"`{each.name}`", f"{default}", each.unit, sweep, each.origin)
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _step(step: Step) -> str:
    period = f", every {step.every} days" if step.every > 1 else ""
    columns = (step.reads, step.looks, step.writes, step.adds)
    named = " | ".join(", ".join(f"`{c.name}`" for c in group) for group in columns)
    return f"| `{step.name}` | {step.phase.name}{period} | {named} |"


def _source(key: str) -> str:
    """One bibliographic entry as a line of Markdown."""
    entry = bibliography().get(key, {})
    authors = entry.get("authors", "")
    who = ", ".join(authors) if isinstance(authors, list) else authors
    parts = [who, str(entry.get("year", "")), str(entry.get("title", key)), str(entry.get("published", ""))]
    return f"`{key}`: " + ". ".join(part for part in parts if part) + "."


def _rewrite(path: Path, renew: Callable[[str], str]) -> None:
    write_text(path, renew(path.read_text(encoding="utf-8")))


def main(place: Path, results: bool = False) -> None:
    """Renew the pages in ``place``: docs, docs/mechanisms, docs/scenarios, docs/claims.md or model.md."""
    whole = (place / "mechanisms").is_dir()
    folder = {name: place / name if whole else place for name in ("mechanisms", "scenarios")}
    if results:
        for name in shipped():
            _rewrite(folder["scenarios"] / f"{name}.md", partial(renewed_results, name=name))
        return
    if whole or place.name == "mechanisms":
        for name, kind in CATALOG.items():
            _rewrite(folder["mechanisms"] / f"{name}.md", partial(renewed, kind=kind))
    if whole or place.name == "scenarios":
        for name in shipped():
            _rewrite(folder["scenarios"] / f"{name}.md", partial(renewed_scenario, name=name))
    if whole or place.name == "model.md":
        _rewrite(place / "model.md" if whole else place, renewed_model)
    if whole or place.name == "claims.md":
        _rewrite(place / "claims.md" if whole else place, renewed_claims)


if __name__ == "__main__":
    asked = sys.argv[1:]
    main(Path(next(each for each in asked if not each.startswith("--"))), "--results" in asked)
