"""Covasim's epidemic on its random network, in its own environment: million person-days a CPU second.

python covasim_sir.py PEOPLE DAYS REPEATS
"""

import json
import sys
import time

import covasim as cv


def lived(people: int, days: int) -> tuple[float, int]:
    """Processor seconds of one epidemic after its setting up, and its days."""
    sim = cv.Sim(
        pop_size=people, pop_type="random", contacts=12, pop_infected=people // 100, n_days=days,
        rand_seed=1, verbose=0,
    )  # fmt: skip
    sim.initialize()
    start = time.process_time()
    sim.run()
    return time.process_time() - start, len(sim.results["t"])


def main(people: int, days: int, repeats: int) -> None:
    found = [lived(people, days) for _ in range(repeats)]
    best, steps = min(found)
    print(json.dumps({"version": cv.__version__, "rate": people * steps / best / 1e6}))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
