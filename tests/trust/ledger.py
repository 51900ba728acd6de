"""Live a small article in plain Python, keeping every counter that was drawn. Run by test_draws.py."""

import sys
import warnings
from collections import Counter

import numpy as np

warnings.simplefilter("ignore")  # plain numpy scalars warn where compiled code wraps around

from glasstown.core import rng  # noqa: E402
from glasstown.core.mechanism import Mechanism, Phase, Step  # noqa: E402
from glasstown.engine.run import Simulation  # noqa: E402
from glasstown.engine.view import Today  # noqa: E402
from glasstown.lab import catalog  # noqa: E402
from glasstown.lab.town import people_of  # noqa: E402
from glasstown.mechanisms import CATALOG  # noqa: E402

AGAIN = {
    ("cameras", "search"): "the look-alike repeats the draw of the person who was searched for",
    ("cameras", "circle"): "the permanent permutation of look-alikes",
    ("cameras", "sought"): "a permanent trait",
    ("score", "aware"): "a permanent trait",
    ("denunciation", "informer"): "a permanent trait",
    ("appeal", "trait"): "a permanent trait",
    ("review", "cover"): "a permanent trait",
    ("warrant", "cover"): "a permanent trait",
    ("anonymity", "cover"): "a permanent trait",
    ("separation", "cover"): "a permanent trait",
    ("no_contagion", "cover"): "a permanent trait",
    ("private_score", "cover"): "a permanent trait",
    ("children", "cover"): "a permanent trait",
    ("proportionality", "cover"): "a permanent trait",
    ("audit", "cover"): "a permanent trait",
    ("score", "scorer"): "a permanent trait",
    ("climate", "threshold"): "a permanent trait",
    ("solidarity", "drop"): "which tie keeps away is drawn once; who meets it and who counts it ask again",
    ("legitimacy", "nature"): "permanent traits",
    ("norms", "belief"): "a permanent trait",
    ("gaming", "inclined"): "a permanent trait",
    ("firewall", "trait"): "permanent traits",
    ("realname", "verified"): "a permanent trait",
    ("registry", "link"): "two entries of one day use the two words of one draw",
}
"""Purposes whose counters may be asked for again, because the same answer is meant."""

drawn: Counter[tuple[int, ...]] = Counter()
registered: set[int] = set()
fault = sys.argv[1] if len(sys.argv) > 1 else ""

plain = rng.philox


def noting(*words: np.uint64) -> tuple[np.uint64, ...]:
    """The generator, with its counter and key noted."""
    drawn[tuple(int(word) for word in words)] += 1
    return plain(*words)


class Fault(Mechanism):
    """Draws one thing twice, or under a purpose of its own making."""

    def steps(self) -> tuple[Step, ...]:
        """One step."""
        return (Step("fault.draw", Phase.AGE, self._draw),)

    def _draw(self, view: object, now: Today) -> None:
        why = np.uint32(12345) if fault == "stranger" else now.purpose("draw")
        for _ in range(2 if fault == "repeat" else 1):
            rng.draw(now.key, 0, 0, rng.when(now.day, 0), why)


scenario = catalog.load("article", ["town.people=60"])
town = people_of([scenario])
institutions: dict[str, Mechanism] = {name: kind() for name, kind in CATALOG.items()} | dict(
    scenario.mechanisms
)
institutions["cameras"] = CATALOG["cameras"](
    share_linked=1.0, placement=5.0, sought=0.1, fpir=0.3, mode="fixed_fpir"
)
institutions["grid"] = CATALOG["grid"](data="town", each=30.0, told=0.5, patrols=5)
institutions["authority"] = CATALOG["authority"](policy="adapting", period=3)
if fault:
    institutions["fault"] = Fault()

purpose = Today.purpose


def registering(self: Today, decision: str) -> np.uint32:
    """A purpose asked for through ``now`` is registered."""
    word = purpose(self, decision)
    registered.add(int(word))
    return word


Today.purpose = registering  # type: ignore[method-assign]
rng.philox = noting
with Simulation(
    list(institutions.values()), town.people, town.columns, town.ties, seed=1, threads=1
) as simulation:
    for _ in range(32):
        simulation.advance()
asked_again = {int(rng.purpose(*words)) for words in AGAIN}
repeated = sum(count - 1 for words, count in drawn.items() if words[3] not in asked_again)
strangers = {words[3] for words in drawn} - registered
sys.stdout.write(f"draws={len(drawn)} repeated={repeated} unregistered={len(strangers)}\n")
