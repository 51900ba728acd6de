"""The report of a study: claims put to the test, in one self-contained page for each language."""

from glasstown.report.study.page import render, write

__all__ = ["render", "write"]
