"""How the documentation is built: Sphinx, Markdown by MyST, the furo theme, nothing fetched."""

import tomllib
from pathlib import Path

_project = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]

project = "Glasstown"
author = "The Glasstown authors"
release = version = _project["version"]

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "tasklist"]
myst_heading_anchors = 3
suppress_warnings = ["toc.empty_glob"]
nitpicky = True

html_theme = "furo"
html_title = f"Glasstown {release}"
html_copy_source = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["wide.css"]
