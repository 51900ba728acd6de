"""Everything that can go wrong on purpose, in one tree.

::

    GlasstownError                  catch this one to catch them all
    ├── InputError            (2)   what was asked for cannot be done; nothing was written
    │   ├── ScenarioError           a scenario, or a --set, that does not hold together; has .problems
    │   ├── ScheduleError           steps that cannot be put into one order without ambiguity
    │   ├── PopulationError         a town that cannot be made, or a user's table of people or ties
    │   ├── StoreError              a run folder that is missing, unreadable or not ours
    │   │   └── Damaged             a stored file whose content is not what its manifest says
    │   └── NotEnoughMemory         the forecast exceeds what the machine has; has .needed, .available
    ├── RunFailed             (3)   a run that began could not end
    │   ├── DiskFull                no room for what must be written; has .path, .needed
    │   └── CheckFailed             a promise was tested and does not hold (check, verify)
    └── Interrupted           (4)   stopped on request; what is on disk can be resumed; has .resume

The number in brackets is the exit code of the command line, inherited downwards. Any other exception
that reaches a user is a defect of Glasstown. Every error survives pickling, so that a worker can hand
it to the process that asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Self

__all__ = [
    "CheckFailed",
    "Damaged",
    "DiskFull",
    "GlasstownError",
    "InputError",
    "Interrupted",
    "NotEnoughMemory",
    "PopulationError",
    "Problem",
    "RunFailed",
    "ScenarioError",
    "ScheduleError",
    "StoreError",
]

MOST_LISTED = 20
"""How many problems of a scenario are spelt out."""


class GlasstownError(Exception):
    """The root: a message for a reader, and perhaps a hint what to do about it.

    ``message`` says what is wrong in one or more full lines; ``hint`` (may be empty) says what to try.
    ``str()`` is both, the hint on a line of its own.
    """

    exit_code: ClassVar[int] = 3

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message


class InputError(GlasstownError):
    """What was asked for cannot be done as asked; nothing was written."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in one place of a scenario; a ``ScenarioError`` carries all that were found.

    ``place`` is the file as the user wrote it, or the option (``--set cameras.recall=2``); ``line`` and
    ``column`` count from 1 and are 0 where there is none; ``key`` is dotted; ``nearest`` is the valid
    name that the user most likely meant, or empty.
    """

    place: str
    line: int
    column: int
    key: str
    text: str
    nearest: str = ""

    def __str__(self) -> str:
        where = f"{self.place}:{self.line}:{self.column}" if self.line else self.place
        what = f"{self.key}: {self.text}" if self.key else self.text
        return f"{where}: {what}; nearest: {self.nearest}" if self.nearest else f"{where}: {what}"


class ScenarioError(InputError):
    """A scenario that does not hold together: a line of ``message`` for each of ``problems``."""

    def __init__(self, message: str, hint: str = "", problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message, hint)
        self.args = (message, hint, problems)
        self.problems = problems

    @classmethod
    def listing(cls, problems: Sequence[Problem], hint: str = "") -> Self:
        """An error that lists ``problems``, at least one, as they come."""
        lines = [str(each) for each in problems[:MOST_LISTED]]
        if len(problems) > MOST_LISTED:
            lines.append("and more")
        return cls("\n".join(lines), hint, tuple(problems))


class ScheduleError(InputError):
    """Steps that cannot be put into one order without ambiguity; the message says what to change."""


class PopulationError(InputError):
    """A town that cannot be made as specified, or a user's table that cannot be used."""


class StoreError(InputError):
    """A run folder that is missing, unreadable, of another format, or not ours."""


class Damaged(StoreError):
    """A stored file whose content is not what its manifest says."""


class NotEnoughMemory(InputError):
    """The forecast exceeds what the machine has. ``needed`` and ``available`` in bytes."""

    def __init__(self, message: str, hint: str = "", needed: int = 0, available: int = 0) -> None:
        super().__init__(message, hint)
        self.args = (message, hint, needed, available)
        self.needed = needed
        self.available = available


class RunFailed(GlasstownError):
    """A run that began could not end; earlier results are untouched."""


class DiskFull(RunFailed):
    """No room for what must be written. ``path`` the file, ``needed`` its size in bytes."""

    def __init__(self, message: str, hint: str = "", path: Path | None = None, needed: int = 0) -> None:
        super().__init__(message, hint)
        self.args = (message, hint, path, needed)
        self.path = path
        self.needed = needed


class CheckFailed(RunFailed):
    """A promise was tested, and it does not hold here."""


class Interrupted(GlasstownError):
    """Stopped on request; ``resume`` is the folder from which the run goes on, if one was written."""

    exit_code = 4

    def __init__(self, message: str, hint: str = "", resume: Path | None = None) -> None:
        super().__init__(message, hint)
        self.args = (message, hint, resume)
        self.resume = resume
