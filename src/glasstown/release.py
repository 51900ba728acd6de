"""Which release this is, and which model it holds."""

from importlib.metadata import PackageNotFoundError, version

try:
    RELEASE = version("glasstown")
except PackageNotFoundError:  # a source tree that was never installed
    RELEASE = "0.0.0"

EPOCH = 4
"""The model epoch: results change between releases only with a new one, listed with its size."""
