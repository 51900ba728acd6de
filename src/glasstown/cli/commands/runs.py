"""``runs``: which results there are."""

from pathlib import Path

import click

from glasstown.cli.options import JSON, RUNS
from glasstown.cli.text import safe, shown


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=RUNS)
@JSON
def runs(folder: Path, as_json: bool) -> None:
    """List the runs and comparisons in a folder, ./runs by default.

    \b
    Examples:
      glasstown runs
      glasstown runs results --json
    """
    from dataclasses import asdict

    from glasstown.cli.facts import written
    from glasstown.store.index import list_runs

    found = list_runs(folder)
    if as_json:
        click.echo(
            written({"kind": "runs", "folder": shown(folder), "runs": [asdict(each) for each in found]})
        )
        return
    if not found:
        click.echo(f"No runs in {shown(folder)}. Begin with: glasstown run")
    for each in found:
        about = (
            f"{each.people:,} people, {each.days:,} days, seed {each.seed}" if each.people else each.trouble
        )
        click.echo(safe(f"{each.status:<11}{each.kind or 'run':<12}{each.folder}"))
        if about:
            click.echo(safe(f"{'':<23}{about}"))
