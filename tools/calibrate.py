"""Are the intervals of ``glasstown verify`` honest? Runs every result over many seeds and counts the misses.

    .venv/bin/python tools/calibrate.py live runs.jsonl --seeds 1001 1012   # may be stopped and gone on with
    .venv/bin/python tools/calibrate.py tell runs.jsonl                     # the figures, as Markdown

A result with chance in it must miss what is expected with its 95 % interval in about one run of twenty: more
often says that its error is too small or that the town is too small, less often that its error is too large.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import sqrt
from pathlib import Path

from scipy.stats import binomtest, chi2, norm

from glasstown.lab.verification import NAMES, results
from glasstown.lab.verification.result import Count, Observation, Result, number
from glasstown.lab.verification.running import verify
from glasstown.lab.verification.trial import Trial
from glasstown.release import EPOCH, RELEASE

ONE_IN_TWENTY = 0.05
ODD = 1e-4
"""A result is told apart if its runs together are less probable than this."""


def live(path: Path, seeds: Sequence[int], names: Sequence[str], scale: int) -> None:
    """Append one line for each result and seed; what is there already is not run again."""
    done = {(line["seed"], line["key"]) for line in read(path)} if path.exists() else set()
    for seed in seeds:
        wanted = [each for each in results(names) if (seed, each.key) not in done]
        for tested in verify(wanted, Trial(seed, scale, threads=1)):
            seen, told = tested.seen, tested.result
            line = {
                "seed": seed,
                "scale": scale,
                "key": told.key,
                "value": seen.value,
                "bounds": told.bounds,
                "interval": tested.interval,
                "error": error(seen, told),
                "verdict": tested.verdict,
            }
            with path.open("a", encoding="utf-8") as out:
                out.write(json.dumps(line) + "\n")


def error(seen: Observation, told: Result) -> float:
    """Standard error of what was seen; of a share, that of the share expected."""
    if isinstance(seen, Count):
        low, high = (min(max(end, 0.0), 1.0) for end in told.bounds)
        near = min(max(seen.value, low), high)
        return sqrt(near * (1 - near) / seen.tries)
    return seen.error


def read(path: Path) -> Iterator[dict]:
    """The lines of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def misses(line: dict) -> bool:
    """Whether the interval leaves out every value that is not wrong."""
    (low, high), (least, most) = line["interval"], line["bounds"]
    return low > most or high < least


def score(line: dict) -> float:
    """Distance to the nearest value that is not wrong, in standard errors."""
    low, high = line["bounds"]
    return (line["value"] - min(max(line["value"], low), high)) / line["error"]


def share(missed: int, runs: int) -> str:
    """A share of misses with its exact interval, and how well one in twenty agrees with it."""
    test = binomtest(missed, runs, ONE_IN_TWENTY)
    low, high = test.proportion_ci(method="exact")
    return (f"{missed} of {runs} = {missed / runs:.3f} (95 % interval {low:.3f} to {high:.3f}; exact "
            f"binomial test of {ONE_IN_TWENTY}: p = {test.pvalue:.2g})")  # fmt: skip


def tell(path: Path) -> list[str]:
    """The figures over all results, and each result whose runs are odd."""
    by_key = defaultdict(list)
    for line in {(line["key"], line["seed"]): line for line in read(path)}.values():  # the last of each
        by_key[line["key"]].append(line)
    chance = {
        k: some for k, some in by_key.items() if all(each["interval"] and each["error"] for each in some)
    }
    runs = [each for some in chance.values() for each in some]
    missed, fails = (
        sum(map(misses, runs)),
        sum(e["verdict"] == "fails" for some in by_key.values() for e in some),
    )
    points = [each for each in runs if each["bounds"][0] == each["bounds"][1]]
    seeds = {each["seed"] for each in runs}
    told = [
        f"Release {RELEASE}, model epoch {EPOCH}, seeds {min(seeds)} to {max(seeds)}.", "",
        f"- Results: {len(by_key)}, of which {len(chance)} have chance in them; runs of these: {len(runs)}.",
        f"- Verdict \"fails\": {fails} of {sum(map(len, by_key.values()))}.",
        f"- Intervals that miss what is expected: {share(missed, len(runs))}.",
        f"- The same where a single number is expected, without slack: "
        f"{share(sum(map(misses, points)), len(points))}.",
    ]  # fmt: skip
    odd = []
    for key, some in chance.items():
        z = [score(each) for each in some]
        n, square = len(z), sum(each * each for each in z)
        lean = 2 * norm.sf(abs(sum(z)) / sqrt(n))
        wide = chi2.sf(square, n)
        narrow = chi2.cdf(square, n)
        odd.append((min(lean, wide), narrow, key, n, sum(map(misses, some)), sum(z) / n, sqrt(square / n)))
    told += ["", "| result | runs | misses | mean distance | root mean square | p, too far | p, too near |",
             "|---|---|---|---|---|---|---|"]  # fmt: skip
    for far, near, key, n, m, mean, root in sorted(odd):
        if far < 100 * ODD or near < 100 * ODD:
            told.append(f"| {key} | {n} | {m} | {mean:+.2f} | {root:.2f} | {number(far)} | {number(near)} |")
    return told


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("what", choices=("live", "tell"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--seeds", nargs=2, type=int, default=(1001, 1012), metavar=("FIRST", "LAST"))
    parser.add_argument("--only", nargs="+", default=NAMES, choices=NAMES)
    parser.add_argument("--scale", type=int, default=1, help="times as many people")
    given = parser.parse_args()
    if given.what == "live":
        live(given.path, range(given.seeds[0], given.seeds[1] + 1), given.only, given.scale)
    else:
        print("\n".join(tell(given.path)))


if __name__ == "__main__":
    main()
