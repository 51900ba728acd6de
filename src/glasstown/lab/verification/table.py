"""The results as a table: lines for a terminal, Markdown or CSV for a file."""

import csv
import io
import textwrap
from collections.abc import Sequence
from itertools import groupby

from glasstown.lab.ledger import bibliography
from glasstown.lab.verification.result import ALPHA, Tested, number, spelt
from glasstown.release import EPOCH, RELEASE

HEADINGS = ("result", "claim", "source", "where", "expected", "obtained", "95 % interval", "verdict", "power",
            "planted fault")  # fmt: skip


def interval(tested: Tested) -> str:
    """The 95 % interval, or that there is no chance in the value."""
    found = tested.interval
    return "exact" if found is None else f"{number(found[0])} to {number(found[1])}"


def power(tested: Tested) -> str:
    """The power, never rounded up to certainty."""
    if tested.power > 0.9995:
        return "1" if tested.power == 1 else ">.999"
    return f"{tested.power:.3f}".removeprefix("0")


def cited(tested: Sequence[Tested]) -> list[str]:
    """Keys of the sources, in the order in which they are first needed."""
    return list(dict.fromkeys(each.result.source for each in tested if each.result.source))


def reference(key: str) -> str:
    """A source in one line."""
    known = bibliography().get(key, {"title": key})
    authors = known.get("authors", [])
    who = f"{authors[0]} et al." if len(authors) > 2 else " and ".join(authors)
    parts = (who, str(known.get("year", "")), known["title"], known.get("published", ""))
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def rows(tested: Sequence[Tested]) -> list[tuple[str, ...]]:
    """One row for each result, under HEADINGS."""
    return [
        (
            each.result.key, each.result.claim, each.result.source or "closed form", each.result.where,
            spelt(each.result.expected), number(each.seen.value), interval(each), each.verdict, power(each),
            each.result.fault,
        )
        for each in tested
    ]  # fmt: skip


def as_csv(tested: Sequence[Tested]) -> str:
    """Comma-separated, with a heading."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(rows(tested))
    return out.getvalue()


def as_markdown(tested: Sequence[Tested], said: Sequence[str]) -> str:
    """A document of its own: what was run, a table for each institution, the sources."""
    lines = ["# Published results, reproduced", "", *(f"{line}  " for line in said)]
    order = cited(tested)
    for name, some in groupby(tested, key=lambda each: each.result.institution):
        lines += ["", f"## {name}", "", "| claim | source | expected | obtained | 95 % | verdict | power |",
                  "|---|---|---|---|---|---|---|"]  # fmt: skip
        for each in some:
            told = each.result
            mark = f"[{order.index(told.source) + 1}] " if told.source else ""
            cells = (told.claim, f"{mark}{told.where}", spelt(told.expected), number(each.seen.value),
                     interval(each), each.verdict, f"{power(each)} against: {told.fault}")  # fmt: skip
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", "## Sources", "", *(f"{i}. {reference(key)}" for i, key in enumerate(order, 1))]
    return "\n".join(lines) + "\n"


def lines(tested: Sequence[Tested]) -> list[str]:
    """A table for a terminal of 80 columns: two lines for each result, then the sources."""
    found, order = [], cited(tested)
    for name, some in groupby(tested, key=lambda each: each.result.institution):
        heads = f"{'expected':>10}{'obtained':>11}  {'95 % interval':<22}{'verdict':<9}power"
        found += ["", f"{name:<16}{heads}"]
        for each in some:
            told = each.result
            mark = f" [{order.index(told.source) + 1}]" if told.source else ""
            figures = f"{spelt(told.expected):>26}{number(each.seen.value):>11}  {interval(each):<22}"
            found += [f"  {told.claim}{mark}", f"{figures}{each.verdict:<9}{power(each)}"]
    found += ["", "Sources"]
    for number_, key in enumerate(order, 1):
        text = textwrap.fill(reference(key), 78, initial_indent=f"  [{number_}] ", subsequent_indent=" " * 6)
        found += text.splitlines()
    return found


def about(tested: Sequence[Tested], of: int, seed: int, scale: int) -> list[str]:
    """What was run and how sure it is, in sentences."""
    failed = sum(each.verdict == "fails" for each in tested)
    alarm = sum(each.result.alpha for each in tested)
    weakest = min((each.power for each in tested), default=1.0)
    took = sum(each.seconds for each in tested)
    size = "" if scale == 1 else f" with {scale} times the people"
    return [
        f"{len(tested)} of {of} results{size}, seed {seed}: {len(tested) - failed} hold, {failed} fail "
        f"({took:.0f} s; release {RELEASE}, model epoch {EPOCH}).",
        f"Chance of any false alarm in such a run: at most {alarm:.1e}, {ALPHA:.0e} for each result, "
        "two-sided.",
        f"Power: the chance to notice the planted fault that goes with each; the least is {weakest:.3f}.",
        "Values without chance in them are exact: they must lie within the rounding of whole numbers.",
    ]
