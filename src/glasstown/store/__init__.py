"""Results on disk: a run is a folder of immutable files, written whole or not at all.

From the ground up: ``atomic`` (a file under its final name is complete), ``sealed`` (JSON that notices a
flipped bit), ``layout`` (names), ``claim`` (one writer per folder), ``tables``, ``write`` and ``query``
(Parquet), ``frames`` (polars, pandas, Arrow, xarray), ``arrays`` (checkpoints), ``manifest`` and
``verify`` (what a finished folder says of itself), ``index`` (which runs there are), ``read`` (the way
in for whoever wants results), ``text`` and ``export`` (what leaves for a terminal or a spreadsheet).

Nothing here knows what is simulated.
"""
