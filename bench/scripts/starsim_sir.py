"""Starsim's own SIR on its random network, in its own environment: million person-steps a CPU second.

python starsim_sir.py PEOPLE DAYS REPEATS CRN
"""

import json
import sys
import time

import starsim as ss


def lived(people: int, days: int) -> tuple[float, int]:
    """Processor seconds of one epidemic after its setting up, and its steps."""
    sim = ss.Sim(
        n_agents=people, start=ss.days(0), dur=ss.days(days), dt=ss.days(1), rand_seed=1, verbose=0,
        diseases=ss.SIR(beta=ss.perday(0.02), dur_inf=ss.days(10), init_prev=0.01, p_death=0),
        networks=ss.RandomNet(n_contacts=12),
    )  # fmt: skip
    sim.init()
    start = time.process_time()
    sim.run()
    return time.process_time() - start, int(sim.t.npts)


def main(people: int, days: int, repeats: int, crn: bool) -> None:
    ss.options(crn=crn)
    found = [lived(people, days) for _ in range(repeats)]
    best, steps = min(found)
    print(json.dumps({"version": ss.__version__, "rate": people * steps / best / 1e6}))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:4]), crn=sys.argv[4] == "1")
