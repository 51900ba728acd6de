"""Specification -> arrays: synthetic towns from published figures, and towns of a user's own."""
