"""A page with generated parts between markers, and Markdown tables to put there."""

from collections.abc import Iterable, Sequence


def replaced(page: str, mark: str, text: str, whose: str) -> str:
    """``page`` with ``text`` between ``<!-- mark -->`` and ``<!-- /mark -->``.

    Raises ValueError, naming ``whose`` page it is, if a marker is missing.
    """
    begin, end = f"<!-- {mark} -->", f"<!-- /{mark} -->"
    head, opened, rest = page.partition(begin)
    _, closed, tail = rest.partition(end)
    if not opened or not closed:
        raise ValueError(f"the page of {whose} lacks {begin} and {end}")
    return f"{head}{begin}\n\n{text}\n\n{end}{tail}"


def part(page: str, mark: str) -> str:
    """What stands between the markers now, "" if nothing or if there are none."""
    return page.partition(f"<!-- {mark} -->")[2].partition(f"<!-- /{mark} -->")[0].strip()


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A Markdown table, line by line."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    return lines + ["| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]


def value(held: object) -> str:
    """A parameter's value as a page shows it; "" for none."""
    if held is None:
        return ""
    return str(held).lower() if isinstance(held, bool) else str(held)
