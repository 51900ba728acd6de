"""The generated part of an institution's page: its parameters with their origins, its steps, its sources.

``python -m glasstown.lab.pages docs/mechanisms`` renews every page; a test fails if one is out of date.
"""

import sys
from pathlib import Path

from glasstown.core.mechanism import Mechanism, Step
from glasstown.lab.ledger import bibliography
from glasstown.mechanisms import CATALOG
from glasstown.scenario.describe import Parameter, parameters
from glasstown.store.atomic import write_text

BEGIN = "<!-- parameters -->"
END = "<!-- /parameters -->"


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
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page of {kind.table()} lacks {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n{generated(kind)}\n\n{END}{tail}"


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


def main(folder: Path) -> None:
    """Renew the page of every institution in ``folder``."""
    for name, kind in CATALOG.items():
        path = folder / f"{name}.md"
        write_text(path, renewed(path.read_text(encoding="utf-8"), kind))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
