"""One file for a command or two that belong together; nothing heavy is imported before a command runs."""

from click import Command

from glasstown.cli.commands.bundle import bundle, reproduce
from glasstown.cli.commands.check import check
from glasstown.cli.commands.claims import claims
from glasstown.cli.commands.describe import describe
from glasstown.cli.commands.doctor import doctor
from glasstown.cli.commands.live import compare, report, resume, run
from glasstown.cli.commands.new import new
from glasstown.cli.commands.plan import plan
from glasstown.cli.commands.runs import runs
from glasstown.cli.commands.sensitivity import sensitivity
from glasstown.cli.commands.sweep import sweep
from glasstown.cli.commands.used_by import used_by
from glasstown.cli.commands.verify import verify

_IN_ORDER = (
    claims, sensitivity, run, compare, sweep, resume, report, bundle, reproduce, runs, plan, describe,
    used_by, check, verify, new, doctor,
)  # fmt: skip
ALL: dict[str, Command] = {str(each.name): each for each in _IN_ORDER}
"""Every command by its name, in the order of the help."""

__all__ = ["ALL"]
