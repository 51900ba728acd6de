"""``used-by``: who uses a column, a tally or a source."""

from __future__ import annotations

import click

from glasstown.cli.options import JSON
from glasstown.cli.text import listed
from glasstown.errors import InputError

GIVEN = "made with the town; no mechanism writes it"


@click.command("used-by")
@click.argument("name")
@JSON
def used_by(name: str, as_json: bool) -> None:
    """Show who uses a column or rests on a source.

    For a column or tally: which steps read it, look at it in others, write it,
    add to it. For a source: which parameters cite it.

    \b
    Examples:
      glasstown used-by score
      glasstown used-by daymude-2025
    """
    from glasstown.cli import catalogue
    from glasstown.lab.ledger import bibliography

    sources, columns = bibliography(), catalogue.columns()
    known = [*columns, *catalogue.tallies(), *sources]
    if name not in known:
        from glasstown.scenario.spelling import nearest

        near = nearest(name, known)
        raise InputError(
            f"There is no column, tally or source {name!r}" + (f"; nearest: {near}" if near else "."),
            "All names: glasstown describe",
        )
    grouped: dict[str, list[str]] = {}
    for use in catalogue.uses(name):
        grouped.setdefault(use.how, []).append(use.who)
    if as_json:
        from glasstown.cli.facts import written

        click.echo(written({"kind": "used-by", "name": name, "uses": grouped}))
        return
    click.echo(f"{name}: {sources[name]['title'] if name in sources else _meaning(name)}")
    for how, who in grouped.items():
        click.echo(listed(how, who, "  "))
    if not grouped:
        click.echo("  used by nothing that is shipped")
    elif name in columns and "writes" not in grouped and "adds" not in grouped:
        click.echo(f"  {GIVEN}")


def _meaning(name: str) -> str:
    from glasstown.cli import catalogue

    return (catalogue.columns().get(name) or catalogue.tallies()[name]).meaning
