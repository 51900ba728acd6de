"""Against Starsim and Covasim, each in its best idiom, in an environment of their own that is made here."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

from bench.clock import Cost, best
from bench.contagion import Contagion
from bench.tables import Goal, Part
from glasstown.engine.run import Simulation
from glasstown.lab import catalog
from glasstown.lab.town import people_of

ROOT = Path(__file__).parents[1]
PLACE, LOCK = ROOT / ".bench-venv", ROOT / "requirements" / "bench.txt"
SCRIPTS = Path(__file__).parent / "scripts"

TIMES = 10.0
"""Goal: times the person-steps of a peer, per processor second."""


def installed() -> Path:
    """The Python of the peers' environment, made if it is not there. Raises OSError, CalledProcessError."""
    python, done, lock = PLACE / "bin" / "python", PLACE / ".done", LOCK.read_bytes()
    if not (done.exists() and done.read_bytes() == lock):
        print(f"bench: installing {LOCK.name} into {PLACE.name} (once; about a minute)", file=sys.stderr)
        venv.create(PLACE, with_pip=True, clear=True)
        uv = Path(sys.executable).with_name("uv")
        pip = ["-m", "pip", "install", "-q", "--disable-pip-version-check"]
        how = [uv, "pip", "install", "-q", "--python", python] if uv.exists() else [python, *pip]
        subprocess.run([*how, "--require-hashes", "-r", LOCK], check=True, stdout=sys.stderr)
        done.write_bytes(lock)
    return python


def measured(python: Path, script: str, *numbers: int) -> tuple[str, float]:
    """Version of a peer and its million person-steps a processor second."""
    done = subprocess.run(
        [python, SCRIPTS / f"{script}.py", *(str(n) for n in numbers)],
        cwd=PLACE, capture_output=True, text=True, check=True,
        env={**os.environ, "MPLCONFIGDIR": str(PLACE), "NUMBA_CACHE_DIR": str(PLACE)},
    )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    return found["version"], float(found["rate"])


def ours(people: int, days: int, repeats: int) -> float:
    """The same epidemic on our engine: million person-steps a processor second, one thread."""
    town = people_of([catalog.load("open", [f"town.people={people}"])])

    def epidemic() -> Cost:
        with Simulation([Contagion()], people, town.columns, town.ties, seed=1, threads=1) as simulation:
            simulation.advance()
            return best(lambda: [simulation.advance() for _ in range(days)], 1)

    epidemic()
    return people * days / min(epidemic().cpu for _ in range(repeats)) / 1e6


def part(people: int, days: int, repeats: int, institutions: float) -> Part:
    """Our SIR against theirs, and all our ``institutions`` (million person-days a CPU second) too."""
    try:
        python = installed()
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        return Part("Against peers", notes=(f"Not measured: the peers could not be installed ({error}).",))
    crn = [measured(python, "starsim_sir", people, days, repeats, keyed) for keyed in (0, 1)]
    version, quicker = max(crn, key=lambda found: found[1])
    covasim, slower = measured(python, "covasim_sir", people, days, repeats)
    own = ours(people, days, repeats)
    peers = {f"Starsim {version}": quicker, f"Covasim {covasim}": slower}
    rows = [
        (name, f"{rate:.1f}", f"{own / rate:.1f}", f"{institutions / rate:.1f}")
        for name, rate in {"glasstown": own, **peers, f"Starsim {version}, keyed draws": crn[1][1]}.items()
    ]
    how = f"{people:,} people, {days} days, 12 contacts, after setting up"
    goals = [Goal(f"an epidemic, times {name}", own / rate, TIMES, True, how) for name, rate in peers.items()]
    how = "a day of every institution against a day of one disease"
    goals += [
        Goal(f"all institutions, times the epidemic of {name}", institutions / rate, TIMES, True, how)
        for name, rate in peers.items()
    ]
    headers = ("epidemic by", "M person-steps/CPU s", "ours is times", "all institutions are times")
    notes = (
        "Each in its best idiom: Starsim draws new contacts every day (with and without common random "
        "numbers: the quicker counts), Covasim keeps its random network and lives COVID-19, its only "
        "disease; ours follows the town's stored ties and draws by key for everybody.",
    )
    return Part("Against peers", headers, rows, tuple(goals), notes)
