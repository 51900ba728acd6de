"""The command line: asks the lab, says what came out. Results on standard output, all else on standard error.

Nothing heavy is imported until a command needs it, so that help appears at once.
"""

from glasstown.cli.app import main

__all__ = ["main"]
