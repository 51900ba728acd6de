"""The commands, and the one place where every error becomes words and an exit code."""

import os
import sys
from collections.abc import Sequence
from typing import NoReturn, TextIO

import click

from glasstown.cli import trouble
from glasstown.cli.commands import ALL
from glasstown.release import EPOCH, RELEASE

HELP = """Claims about a system of social control, put to the test on synthetic people.

\b
Begin here:
  glasstown claims                        the main job: every claim put to the test
                                          over all that is assumed, a report
  glasstown run                           one town, without and with the system
  glasstown run --people 20k --days 90    the same, smaller
  glasstown compare open article --set score.company=0
  glasstown describe score                what an institution does, in words
  glasstown new mine --from article       a scenario of your own

Results go to standard output and into ./studies and ./runs; all else to
standard error.

\b
Exit codes: 0 done, 2 wrong input, 3 a run failed, 4 interrupted and
resumable, 130 ended at once.
"""


class Commands(click.Group):
    """Keeps the order of ``commands.ALL`` in the help, and names the nearest command for one there is not."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In their own order."""
        return list(self.commands)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with our words where there is none."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            raise click.UsageError(trouble.unknown("command", args[0], self.commands), ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    help=HELP,
    commands=ALL,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 88},
    no_args_is_help=False,
    invoke_without_command=True,
)
@click.version_option(RELEASE, "--version", message=f"glasstown %(version)s (model epoch {EPOCH})")
@click.pass_context
def glasstown(context: click.Context) -> None:
    """Without a command: the help."""
    if os.environ.get("NO_COLOR"):
        context.color = False
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


def answer(arguments: Sequence[str]) -> int:
    """Do what ``arguments`` ask; the exit code."""
    try:
        result = glasstown.main(list(arguments), prog_name="glasstown", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  the last line before the user
        return trouble.told(error)
    return result if isinstance(result, int) else 0


def main() -> NoReturn:
    """The program."""
    for stream in (sys.stdout, sys.stderr):
        _forgiving(stream)
    sys.exit(answer(sys.argv[1:]))


def _forgiving(stream: TextIO) -> None:
    """A character that the terminal cannot show is shown as "?", and ends nothing."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace")
