"""Loads scenarios, each in a forked child that may take a few seconds; one line of JSON in, one out.

A line ``{"path": ..., "overrides": [...], "unguarded": false}`` is answered by what became of it: ``error``
(the class, or ``killed``), ``message``, ``code``, ``seconds``, ``megabytes`` (the peak of the whole child).
``unguarded`` takes the checks before parsing away: a planted fault.
"""

import json
import os
import signal
import sys
import time
from typing import Any

from glasstown.errors import GlasstownError
from glasstown.lab.catalog import CATALOG, TownSpec
from glasstown.scenario import files, limits
from glasstown.scenario.load import load

LONGEST = 4
"""Seconds after which a child is killed."""


def attempt(asked: dict[str, Any]) -> dict[str, Any]:
    """What became of one load."""
    if asked["unguarded"]:
        limits.check_text = lambda text, place: None
        files.MOST_BYTES = 1 << 40
    began = time.perf_counter()
    try:
        load(asked["path"], CATALOG, TownSpec, overrides=asked["overrides"])
        told: dict[str, Any] = {"error": "", "message": "", "code": 0}
    except GlasstownError as error:
        told = {"error": type(error).__name__, "message": str(error), "code": error.exit_code}
    except BaseException as error:  # noqa: BLE001 whatever it is, the answer is that it came through
        told = {"error": type(error).__name__, "message": str(error), "code": -1}
    return told | {"seconds": time.perf_counter() - began}


def forked(asked: dict[str, Any]) -> dict[str, Any]:
    """``attempt`` in a child of its own, with the child's peak of memory."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        signal.alarm(LONGEST)
        with os.fdopen(writing, "w") as out:
            json.dump(attempt(asked), out)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    _, _, usage = os.wait4(child, 0)
    told = json.loads(text) if text else {"error": "killed", "message": "", "code": -1, "seconds": LONGEST}
    return told | {"megabytes": usage.ru_maxrss / 1024}


def main() -> None:
    """Answers until the input ends."""
    for line in sys.stdin:
        print(json.dumps(forked(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
