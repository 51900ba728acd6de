"""``plan``: the day as a table, and how long each step takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from glasstown.cli.options import JSON, PEOPLE, QUIET, SET, THREADS, Asked, asked, sharing
from glasstown.cli.text import listed, safe, wrapped

if TYPE_CHECKING:
    from glasstown.core.mechanism import Step
    from glasstown.engine.schedule import Schedule
    from glasstown.scenario.model import Scenario

TIMED_DAYS = 10
FEW = 100_000
"""People for ``--time`` if nothing is said."""


@click.command()
@click.argument("scenario", default="article")
@click.option("--time", "timed", is_flag=True, help=f"Live {TIMED_DAYS} days and say what each step took.")
@sharing(PEOPLE, THREADS, SET, JSON, QUIET)
def plan(scenario: str, timed: bool, **options: Any) -> None:
    """Show the steps of a day, and what each touches.

    A step reads columns of a person, looks at those of others, writes those that
    its mechanism owns, adds to inflows. Steps of one sweep go through the town
    together, chunk by chunk.

    \b
    Examples:
      glasstown plan article
      glasstown plan open --json
      glasstown plan article --time --people 1e6
    """
    from glasstown.lab import catalog
    from glasstown.lab.simulate import institutions, stand_ins

    chosen = asked(options)
    found = catalog.load(scenario, chosen.overrides())
    if timed and chosen.people is None and not getattr(found.town, "table", ""):
        found = catalog.load(scenario, Asked(**options | {"people": FEW}).overrides())
    from glasstown.engine.schedule import schedule

    day = schedule(list(institutions(found, 0).values()), stand_ins(found))
    rows = _rows(day)
    seconds = _timed(chosen, found) if timed else {}
    if chosen.as_json:
        from glasstown.cli.facts import written

        click.echo(written(_facts(found, rows, seconds)))
        return
    _print(found, rows)
    if timed:
        _print_times(found, rows, seconds)


def _rows(day: Schedule) -> list[dict[str, Any]]:
    """The steps in order, as plain values."""
    from glasstown.core.mechanism import Order, Phase
    from glasstown.engine.sweeps import sweeps

    days = [step for step in day.steps if step.phase is not Phase.BEGIN]
    of = {s.name: number for number, sweep in enumerate(sweeps(days), 1) for s in sweep.steps}
    return [
        {
            "order": number, "phase": step.phase.name, "step": step.name, "every": step.every,
            "sweep": of.get(step.name, 0), "sequential": step.order is Order.SEQUENTIAL, "ties": step.ties,
            **_touched(step),
        }
        for number, step in enumerate(day.steps, 1)
    ]  # fmt: skip


def _touched(step: Step) -> dict[str, list[str]]:
    kinds = ("reads", "looks", "writes", "adds", "counts", "recalls")
    return {kind: sorted(each.name for each in getattr(step, kind)) for kind in kinds}


def _timed(chosen: Asked, scenario: Scenario) -> dict[str, float]:
    """Seconds of each step over TIMED_DAYS days, all threads together, nothing compiled within them."""
    from glasstown.cli.work import Place, attended, lab_options

    with attended(chosen, Place()) as attendant, lab_options(chosen, attendant) as how:
        from dataclasses import replace

        from glasstown.lab.memory import afford
        from glasstown.lab.simulate import simulate
        from glasstown.lab.town import people_of

        def shortened(days: int) -> Scenario:
            return replace(scenario, run=scenario.run.model_copy(update={"days": days}), changes=())

        afford(scenario, how.threads)
        town = people_of([scenario], how.threads, how.progress)
        simulate(shortened(1), town, threads=how.threads, progress=how.progress, stop=how.stop)
        lived = simulate(
            shortened(TIMED_DAYS), town, threads=how.threads, progress=how.progress, stop=how.stop
        )
    return dict(lived.seconds)


def _print(scenario: Scenario, rows: list[dict[str, Any]]) -> None:
    click.echo(safe(f"A day of {scenario.name}: {len(rows)} steps. {scenario.title}."))
    click.echo(f"\n{'':>3}  {'phase':<10}{'step':<27}{'every':<10}sweep")
    for row in rows:
        every = "day" if row["every"] == 1 else f"{row['every']} days"
        every = "once" if row["phase"] == "BEGIN" else every
        marks = [word for word in ("sequential", "ties") if row[word]]
        sweep = f"{row['sweep'] or '':<6}"
        place = f"{row['order']:>3}  {row['phase'].lower():<10}{row['step']:<27}"
        click.echo(f"{place}{every:<10}{sweep}{', '.join(marks)}".rstrip())
        for kind in ("reads", "looks", "writes", "adds", "counts", "recalls"):
            if row[kind]:
                click.echo(listed(kind, row[kind]))
    for change in scenario.changes:
        what = "ends" if change.mechanism is None else "begins or changes"
        click.echo(f"From day {change.day} on, {change.name} {what}.")


def _print_times(scenario: Scenario, rows: list[dict[str, Any]], seconds: dict[str, float]) -> None:
    from glasstown.lab.town import how_many

    people = how_many(scenario)
    first = [(row["step"], seconds.get(row["step"], 0.0)) for row in rows if row["phase"] == "BEGIN"]
    daily = [(row["step"], _a_day(row, seconds)) for row in rows if row["phase"] != "BEGIN"]
    total = sum(took for _, took in daily) or 1.0
    click.echo(f"\nCPU time of {TIMED_DAYS} days of {people:,} people, all threads together:\n")
    click.echo(f"{'':5}{'step':<30}{'ms a day':>10}{'ns a person-day':>17}{'share':>8}")
    for name, took in [*daily, ("all", total)]:
        each = took / max(people, 1) * 1e9
        click.echo(f"{'':5}{name:<30}{took * 1e3:>10.3f}{each:>17.2f}{took / total:>8.1%}")
    once = ", ".join(f"{name} {took * 1e3:.1f} ms" for name, took in first)
    click.echo(wrapped(f"Once, to begin: {once}.", " " * 5))


def _a_day(row: dict[str, Any], seconds: dict[str, float]) -> float:
    """Seconds of a step on the average day: what one time took, spread over its period."""
    times = len(range(0, TIMED_DAYS, row["every"]))
    return seconds.get(row["step"], 0.0) / times / int(row["every"])


def _facts(scenario: Scenario, rows: list[dict[str, Any]], seconds: dict[str, float]) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": "plan", "scenario": scenario.name, "steps": rows}
    if seconds:
        from glasstown.lab.town import how_many

        people = how_many(scenario)
        document["time"] = {"days": TIMED_DAYS, "people": people, "cpu_seconds": seconds}
    return document
