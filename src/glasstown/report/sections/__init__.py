"""The sections of the report: each asks one question and lets the figures answer it."""
