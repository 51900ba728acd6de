"""Two small claims of a small town, for tests of studies: files that live in a second."""

from pathlib import Path

SCENARIO = """
title = "Small"
question = "?"
sources = ["lefort"]
[town]
people = 200
[run]
days = 8
[opinion]
surveillance = 0.3
[conduct]
"""

WATCHED = """
sentence.en = "People who are watched say less."
sentence.fr = "Qui est surveillé en dit moins."
differs = ["opinion.surveillance"]
shows = ["self_censoring"]
[horizon]
days = 8
people = 200
[[arm]]
name = "unwatched"
scenario = "small.toml"
settings = ["opinion.surveillance=0"]
[[arm]]
name = "watched"
scenario = "small.toml"
[[test]]
measure = "voiced"
direction = "less"
matters = 0.02
"""

TOLERANT = """
sentence.en = "Where more is tolerated, more is said."
differs = ["opinion.tolerance"]
[horizon]
days = 8
people = 200
[[arm]]
name = "strict"
scenario = "small.toml"
settings = ["opinion.tolerance=0.1"]
[[arm]]
name = "lax"
scenario = "small.toml"
settings = ["opinion.tolerance=0.9"]
[[test]]
measure = "voiced"
direction = "more"
matters = 0.01
"""


def files(folder: Path) -> tuple[Path, Path]:
    """Both claims and their scenario, written into ``folder``."""
    (folder / "small.toml").write_text(SCENARIO)
    watched, tolerant = folder / "watched.toml", folder / "tolerant.toml"
    watched.write_text(WATCHED)
    tolerant.write_text(TOLERANT)
    return watched, tolerant
