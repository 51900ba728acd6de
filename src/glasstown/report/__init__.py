"""The report on a pair of twins: one self-contained page in each language."""

from glasstown.report.page import render, write

__all__ = ["render", "write"]
