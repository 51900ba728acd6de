"""Glasstown: a town simulated with and without a social credit system, person by person."""

__version__ = "0.1.0.dev0"
