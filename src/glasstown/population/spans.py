"""Work shared out over threads in fixed spans, so that no result can depend on how many threads there are."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from glasstown.errors import InputError

SPAN = 65_536


def spans(count: int) -> Iterator[tuple[int, int]]:
    """Ranges of SPAN that cover 0 to count; one empty range never occurs."""
    for lo in range(0, count, SPAN):
        yield lo, min(lo + SPAN, count)


class Team:
    """Some threads that take spans in turn; use it in a ``with`` statement."""

    def __init__(self, threads: int) -> None:
        if threads < 1:
            raise InputError(f"threads must be 1 or more, not {threads}")
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def __enter__(self) -> "Team":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def each(self, count: int, some: Callable[[int, int], None]) -> None:
        """Call ``some(lo, hi)`` for every span of 0 to count; an error in one of them is raised here."""
        if self._pool is None or count <= SPAN:
            for lo, hi in spans(count):
                some(lo, hi)
            return
        for done in [self._pool.submit(some, lo, hi) for lo, hi in spans(count)]:
            done.result()
