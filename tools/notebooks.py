"""Run the notebooks of the documentation in an empty folder and store what they say.

    .venv/bin/python tools/notebooks.py [docs/notebooks/claim.ipynb ...]

By default those that are stored with what they say. The same release says the same: a test holds them to it.
"""

import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import nbclient
import nbformat

NOTEBOOKS = Path(__file__).parents[1] / "docs" / "notebooks"
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
LONGEST = 280
"""Seconds that a cell may take, its kernels compiled anew."""


def read(path: Path) -> Any:
    """A notebook."""
    return nbformat.read(path, as_version=4)


def run(notebook: Any, folder: Path) -> Any:
    """The notebook, run from the first cell to the last in ``folder``; nothing of when or where is kept."""
    notebook.metadata["kernelspec"] = dict(KERNEL)
    place = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(
        notebook, timeout=LONGEST, record_timing=False, coalesce_streams=True, resources=place
    ).execute()
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def said(notebook: Any) -> list[Any]:
    """What the cells say, one after the other: streams, results and figures."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [output for cell in cells for output in cell.outputs]


def main(paths: list[Path]) -> None:
    """Run and store ``paths``."""
    warnings.simplefilter("ignore")
    for path in paths or [each for each in sorted(NOTEBOOKS.glob("*.ipynb")) if said(read(each))]:
        with tempfile.TemporaryDirectory() as folder:
            nbformat.write(run(read(path), Path(folder)), path)
        print(path.name)


if __name__ == "__main__":
    main([Path(each) for each in sys.argv[1:]])
