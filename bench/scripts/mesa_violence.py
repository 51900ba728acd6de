"""Mesa's own example of civil violence: people and police, and million person-steps a CPU second.

python mesa_violence.py SIDE TICKS REPEATS
"""

import json
import sys
import time

import mesa
from mesa.examples.advanced.epstein_civil_violence.model import EpsteinCivilViolence


def lived(side: int, ticks: int) -> tuple[float, int]:
    """Processor seconds of the turns of some ticks, without the collecting of figures, and the agents."""
    model = EpsteinCivilViolence(
        side, side, cop_density=0.04, legitimacy=0.82, max_jail_term=30, max_iters=10**9, seed=1
    )
    model.agents.shuffle_do("step")
    start = time.process_time()
    for _ in range(ticks):
        model.agents.shuffle_do("step")
    return time.process_time() - start, len(model.agents)


def main(side: int, ticks: int, repeats: int) -> None:
    found = [lived(side, ticks) for _ in range(repeats)]
    best, people = min(found)
    print(json.dumps({"version": mesa.__version__, "rate": people * ticks / best / 1e6}))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]))
