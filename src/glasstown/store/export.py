"""Tables as CSV, for spreadsheets: numbers as they are, text that cannot turn into a formula."""

import csv
from pathlib import Path

from glasstown.store.atomic import replacing
from glasstown.store.tables import Labels, Table
from glasstown.store.text import cell

__all__ = ["write_csv"]

ROWS = 65_536


def write_csv(path: Path, table: Table) -> None:
    r"""Write ``table`` as CSV (UTF-8, commas, a first line of names, ``\n``), whole or not at all.

    Floats have the fewest digits that give them back exactly; text has every control character written
    out and a ``'`` before what a spreadsheet would compute (``text.cell``). The same bytes for the same
    table. Raises ``StoreError``, ``DiskFull``.
    """
    safe = {
        name: Labels(column.codes, tuple(cell(text) for text in column.names))
        if isinstance(column, Labels)
        else column
        for name, column in table.columns.items()
    }
    with replacing(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow([cell(name) for name in safe])
        for first in range(0, len(table), ROWS):
            rows = slice(first, first + ROWS)
            pieces = (column[rows] for column in safe.values())
            lists = (p.texts().tolist() if isinstance(p, Labels) else p.tolist() for p in pieces)
            lines.writerows(zip(*lists, strict=True))
