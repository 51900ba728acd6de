"""Compiling ahead what the first answer of a study needs: a part of setting up."""

from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event as Signal

from glasstown.lab.answering import plan_of
from glasstown.lab.asked import ask
from glasstown.lab.crew import Crew
from glasstown.lab.progress import Progress, silent
from glasstown.lab.sweep import affordable, welcome
from glasstown.lab.warming import warming


def compile_ahead(workers: int | None = None, progress: Progress = silent, stop: Signal | None = None) -> int:
    """Compile what all claims need that nobody has compiled yet, on all cores; how many small runs that took.

    Raises NotEnoughMemory, RunFailed; Interrupted when ``stop`` is set.
    """
    asked = ask()
    made = plan_of(asked, asked.stages()[0]).plan
    first = warming(made, progress)
    with TemporaryDirectory(prefix="glasstown-") as folder:
        crew = Crew(affordable(made, workers), welcome(made, Path(folder)))
        crew.work([[task] for task in first.tasks], first.before(lambda name, reason: None), stop)
    return len(first.tasks)
