"""``new``: a scenario to start from."""

from pathlib import Path

import click

from glasstown.cli.text import quoted, shown
from glasstown.errors import InputError


@click.command()
@click.argument("name")
@click.option(
    "--from", "start", default="article", show_default=True, metavar="SCENARIO", help="What it builds on."
)
def new(name: str, start: str) -> None:
    """Write a scenario of your own, to be changed.

    It changes nothing yet: every value stands in a comment, below what it means,
    what may stand there and where it comes from. Nothing is ever overwritten.

    \b
    Examples:
      glasstown new mine --from article
      glasstown new studies/quiet --from open
    """
    from glasstown.lab import catalog
    from glasstown.scenario.edit import new as text_of
    from glasstown.scenario.load import slug
    from glasstown.store.atomic import replacing

    path = Path(name).with_suffix(".toml") if Path(name).suffix != ".toml" else Path(name)
    if path.exists() or path.is_symlink():
        raise InputError(f"{shown(path)} is there already", "Choose another name; nothing is overwritten.")
    if not path.parent.is_dir():
        raise InputError(
            f"{shown(path.parent)}: there is no such folder", "Make it first, or choose another."
        )
    scenario = catalog.load(start)
    text = text_of(slug(path.name), scenario, _reference(start, path))
    catalog.read(text, str(path))
    with replacing(path) as part:
        part.write_text(text, encoding="utf-8")
    click.echo(f"{shown(path)} builds on {start}. Run it with: glasstown run {quoted(path)}")


def _reference(start: str, path: Path) -> str:
    """How the file at ``path`` refers to what it builds on."""
    import os

    from glasstown.scenario.files import shipped

    if start in shipped():
        return start
    return os.path.relpath(start, path.parent)
