"""A page as its reader has it: its words, and the data inside it."""

import csv
import html
import io
import re
from urllib.parse import unquote


def text_of(page: str) -> str:
    """What a reader reads: no style, no tags, plain spaces."""
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.S)
    plain = html.unescape(re.sub(r"<[^>]+>", " ", body))
    return " ".join(plain.replace("\u202f", " ").replace("\u00a0", " ").split())


def rows_of(page: str, name: str) -> list[dict[str, str]]:
    """The CSV file of that name inside the page."""
    found = re.search(rf'download="{name}" href="data:text/csv;charset=utf-8,([^"]*)"', page)
    assert found is not None, name
    return list(csv.DictReader(io.StringIO(unquote(html.unescape(found[1])))))
