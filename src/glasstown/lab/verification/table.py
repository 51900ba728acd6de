"""The results as a table: lines for a terminal, Markdown or CSV for a file."""

import csv
import io
import textwrap
from collections.abc import Sequence
from itertools import groupby

from glasstown.lab.ledger import bibliography
from glasstown.lab.verification.result import ALPHA, Count, Tested, number, spelt
from glasstown.release import EPOCH, RELEASE

HEADINGS = ("result", "claim", "source", "where", "reference", "expected_low", "expected_high", "slack",
            "obtained", "standard_error", "n", "interval_low", "interval_high", "alpha", "verdict", "power",
            "planted_fault", "fault_would_show")  # fmt: skip
"""Of a CSV. Intervals cover 95 %; ``n`` is the number of tries of a share, empty for means, which have a
standard error; both are empty where no chance is in the value."""


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


def size(tested: Tested) -> str:
    """How much was seen: tries of a share, the standard error of a mean, nothing without chance."""
    if isinstance(tested.seen, Count):
        return f"{tested.seen.tries:,}"
    return f"s.e. {number(tested.seen.error)}" if tested.seen.error else ""


def rows(tested: Sequence[Tested]) -> list[tuple[str | float, ...]]:
    """One row for each result, under HEADINGS, every figure in full."""
    return [_row(each) for each in tested]


def _row(each: Tested) -> tuple[str | float, ...]:
    told, seen, found = each.result, each.seen, each.interval
    low, high = told.expected if isinstance(told.expected, tuple) else (told.expected, told.expected)
    error: str | float = "" if isinstance(seen, Count) else seen.error or ""
    n: str | int = seen.tries if isinstance(seen, Count) else ""
    return (
        told.key, told.claim, told.source or "closed form", told.where,
        reference(told.source) if told.source else "", low, high, told.slack, seen.value, error, n,
        *(found or ("", "")), told.alpha, each.verdict, each.power, told.fault, told.alternative,
    )  # fmt: skip


def as_csv(tested: Sequence[Tested]) -> str:
    """Comma-separated, with a heading."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADINGS)
    writer.writerows(rows(tested))
    return out.getvalue()


def as_markdown(tested: Sequence[Tested], said: Sequence[str]) -> str:
    """A document of its own: what was run, a table for each institution, the sources."""
    lines = ["# Published results, reproduced", "", *(f"{line}  " for line in said), f"{READING}  "]
    order = cited(tested)
    for name, some in groupby(tested, key=lambda each: each.result.institution):
        lines += ["", f"## {name}", "",
                  "| claim | source, and where in it | expected | obtained | 95 % interval | n | verdict |"
                  " power | against the fault |",
                  "|---|---|---|---|---|---|---|---|---|"]  # fmt: skip
        for each in some:
            told = each.result
            mark = f"[{order.index(told.source) + 1}] " if told.source else "closed form: "
            slack = f" ± {number(told.slack)}" if told.slack else ""
            cells = (told.claim, f"{mark}{told.where}", spelt(told.expected) + slack, number(each.seen.value),
                     interval(each), size(each), each.verdict, power(each),
                     f"{told.fault}: {number(told.alternative)}")  # fmt: skip
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    lines += ["", "## Sources", "", *(f"{i}. {reference(key)}" for i, key in enumerate(order, 1))]
    return "\n".join(lines) + "\n"


READING = (
    "Expected: what the source says or what follows from it; ± is what whole numbers and finite towns may "
    "add. n: tries of a share; a mean has its standard error in its place. Power: the chance that a run of "
    "this size fails if the fault in the last column is in the town, which would then show the value given."
)


def lines(tested: Sequence[Tested], width: int = 80) -> list[str]:
    """A table for a terminal of 80 columns or more: what and where, the figures; then the sources."""
    found, order = [], cited(tested)
    for name, some in groupby(tested, key=lambda each: each.result.institution):
        heads = f"{'expected':>9}{'obtained':>11}  {'95 % interval':<20}{'n':>8}  {'verdict':<8}power"
        found += ["", f"{name:<15}{heads}"]
        for each in some:
            told = each.result
            mark = f" [{order.index(told.source) + 1}: " if told.source else " [closed form: "
            n = str(each.seen.tries) if isinstance(each.seen, Count) else ""
            figures = f"{spelt(told.expected):>24}{number(each.seen.value):>11}  {interval(each):<20}{n:>8}"
            text = f"{told.claim}{mark}{told.where}]"
            found += textwrap.wrap(text, width - 1, initial_indent="  ", subsequent_indent="    ",
                                   break_long_words=False)  # fmt: skip
            found += [f"{figures}  {each.verdict:<8}{power(each)}"]
    found += ["", "Sources"]
    for number_, key in enumerate(order, 1):
        text = textwrap.fill(
            reference(key), width - 2, initial_indent=f"  [{number_}] ", subsequent_indent=" " * 6
        )
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
