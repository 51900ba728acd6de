"""A first reading of a foreign Parquet file in a process of its own, which may die of it.

The library that decodes Parquet is written in C++ and trusts its files. A file of unknown origin is
therefore read once, whole, in a child with bounded memory and time that can write nothing; only if that
goes well does this process touch it.
"""

import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

from glasstown.errors import Damaged, GlasstownError

__all__ = ["tried"]

MEMORY: Final = 4 << 30
SECONDS: Final = 60
REFUSED: Final = 3
"""Exit status of a child that says in one line what is wrong."""


def tried(path: Path, seconds: float = SECONDS, memory: int = MEMORY) -> None:
    """Return if ``path`` can be read as a table from end to end; costs about the time of one start of Python.

    Raises ``Damaged`` with the reason if not, also if reading it crashes, hangs or takes more
    than ``memory`` bytes.
    """
    command = [sys.executable, "-P", "-m", "glasstown.store.trial", str(path), str(memory)]
    try:
        child = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise Damaged(f"{path}: cannot be read as a table: it takes more than {seconds:g} seconds") from None
    if child.returncode == REFUSED:
        raise Damaged(child.stdout.decode("utf-8", "replace"))
    if child.returncode:
        why = f"signal {-child.returncode}" if child.returncode < 0 else f"status {child.returncode}"
        raise Damaged(f"{path}: cannot be read as a table: reading it ended the reader ({why})")


def _confine(memory: int) -> None:
    """No core file, no byte written, bounded memory and time."""
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, SECONDS),
    ):
        hard = resource.getrlimit(limit)[1]
        resource.setrlimit(limit, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _main(path: Path) -> int:
    from glasstown.store.query import Parquet  # after the limits, which hold for what it starts

    try:
        with Parquet(path) as file:
            for name in file.readable:
                file.read([name])
    except MemoryError:
        sys.stdout.write(f"{path}: cannot be read as a table: it takes too much memory")
        return REFUSED
    except GlasstownError as error:
        sys.stdout.write(error.message)
        return REFUSED
    return 0


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    _confine(int(sys.argv[2]))
    sys.exit(_main(Path(sys.argv[1])))
