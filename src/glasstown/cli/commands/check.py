"""``check``: whether a scenario holds together, and its town has the people it should have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from glasstown.cli.options import JSON, PEOPLE, QUIET, SEED, SET, THREADS, Asked, asked, sharing
from glasstown.cli.text import safe
from glasstown.errors import CheckFailed

if TYPE_CHECKING:
    from glasstown.population.check import CheckReport
    from glasstown.scenario.model import Scenario


@click.command()
@click.argument("scenario", default="article")
@sharing(PEOPLE, SEED, THREADS, SET, JSON, QUIET)
def check(scenario: str, **options: Any) -> None:
    """Check a scenario and the people of its town.

    Reads the scenario, puts its steps in order, makes its town and prints each
    published figure beside what the town has, with the tolerance. Exit code 2
    for a scenario that does not hold together, 3 for a town beyond a tolerance.

    \b
    Examples:
      glasstown check
      glasstown check mine.toml --people 1e6
    """
    chosen, report = _made(asked(options), scenario)
    if options["as_json"]:
        from glasstown.cli.facts import written

        click.echo(written(_facts(chosen, report)))
    else:
        _print(chosen, report)
    if not report.ok:
        failed = ", ".join(row.marginal for row in report.failed)
        raise CheckFailed(
            f"{len(report.failed)} of {len(report.rows)} figures are beyond tolerance: {failed}"
        )


def _made(chosen: Asked, name: str) -> tuple[Scenario, CheckReport]:
    """The scenario, and its town held against the published figures."""
    from glasstown.cli.work import Place, attended, lab_options

    with attended(chosen, Place()) as attendant, lab_options(chosen, attendant) as how:
        from glasstown.lab import catalog
        from glasstown.lab.memory import afford
        from glasstown.lab.town import whole_town
        from glasstown.population.check import check as held

        scenario = catalog.load(name, chosen.overrides())
        afford(scenario, how.threads)
        return scenario, held(whole_town(scenario, how.threads, how.progress))


def _print(scenario: Scenario, report: CheckReport) -> None:
    names = ", ".join(scenario.mechanisms) or "none"
    click.echo(safe(f"{scenario.name} holds together. Mechanisms: {names}."))
    if not report.rows:
        click.echo("Its town comes from a table of your own: there is nothing to hold it against.")
        return
    click.echo(f"Its town of {report.people:,} people, held against what was wanted:\n")
    click.echo(f"{'':<36}{'wanted':>11}{'obtained':>11}{'tolerance':>11}")
    for row in report.rows:
        numbers = f"{row.wanted:>11.5g}{row.obtained:>11.5g}{row.tolerance:>11.2g}"
        click.echo(f"{row.marginal[:35]:<36}{numbers}{'' if row.ok else '  BEYOND'}")
    if report.ok:
        click.echo(f"\nAll {len(report.rows)} figures are within tolerance.")


def _facts(scenario: Scenario, report: CheckReport) -> dict[str, Any]:
    rows = [
        {"marginal": r.marginal, "wanted": r.wanted, "obtained": r.obtained, "tolerance": r.tolerance,
         "ok": r.ok, "source": r.source}
        for r in report.rows
    ]  # fmt: skip
    return {
        "kind": "check", "scenario": scenario.name, "mechanisms": list(scenario.mechanisms),
        "people": report.people, "ok": report.ok, "marginals": rows,
    }  # fmt: skip
