"""Specification -> arrays: synthetic towns from published figures, and towns of a user's own tables.

``TownSpec`` says what a town shall be, ``synthesize`` makes it, ``check`` compares it with the published
marginals, ``forecast`` says beforehand what it takes, ``external.load`` reads a town from Parquet.
"""

from glasstown.population.spec import TownSpec
from glasstown.population.town import Needs, Town, forecast, synthesize

__all__ = ["Needs", "Town", "TownSpec", "forecast", "synthesize"]
