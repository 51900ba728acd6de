"""The page about a town of one's own: its code is run as it stands, but for the name of the folder."""

import re
from pathlib import Path

import duckdb
import numpy as np

import glasstown as gt

PAGE = (Path(__file__).parents[2] / "docs" / "own-town.md").read_text()
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def test_its_table_is_taken_and_its_questions_are_answered(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    making, asking = BLOCKS
    exec(making, {})
    Path("mine.toml").write_text('[town]\ntable = "people.parquet"\n[climate]\n[legitimacy]\n')
    assert gt.run("mine.toml", days=2).people == 1_000
    kept = gt.Options(keep_people_on=(0, 30))
    gt.run("article", people=200, days=31, out=Path("runs"), options=kept)
    (folder,) = Path("runs").iterdir()
    found: dict[str, object] = {}
    exec(re.sub(r"runs/(article-seed1-20000-)?\.\.\.", str(folder), asking), found)
    assert found["columns"]["voiced"]["unit"] == "1/65535"
    query = "SELECT count(*) FROM 'runs/article-*/people-*.parquet' WHERE day IN (0, 30)"
    assert duckdb.sql(query).fetchall() == [(400,)]
    assert np.array_equal(found["frame"]["person"], np.arange(200))
