"""Answering claims, attended: each answer is printed when it stands, and the next one is worked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from glasstown.cli.attend import Attendant
from glasstown.cli.text import quoted, safe, shown
from glasstown.errors import Interrupted
from glasstown.store.layout import report_name

if TYPE_CHECKING:
    from glasstown.lab.asked import Asked
    from glasstown.lab.study import Study


@dataclass(frozen=True)
class Wish:
    """What the command line asks; None where it says nothing."""

    claims: tuple[str, ...]
    quick: bool
    draws: int | None
    people: int | None
    seed: int | None
    dated: str | None
    workers: int | None
    cluster: str | None
    out: Path
    as_json: bool
    quiet: bool


def answered(wish: Wish) -> int:
    """Put the claims to the test until the last draw, or until somebody stops it; the exit code.

    Stopped after an answer that stands is no failure: what was asked for is there, and can be made better.
    Raises all that ``lab.answering.answer`` does.
    """
    last: list[Study] = []

    def farewell() -> Interrupted:
        text = "Stopped; every run that ended is kept."
        return Interrupted(text, f"Go on with: {_again(wish)}", wish.out)

    def said(study: Study) -> None:
        last.append(study)
        reported(study)
        if not wish.as_json:
            _say(study, wish)

    with Attendant(wish.quiet, farewell) as attendant:
        from glasstown.core.compiling import compilations
        from glasstown.lab import answering

        with compilations() as found:
            attendant.watch(lambda: found.begun if found.busy else 0)
            how = answering.How(wish.workers, wish.cluster, attendant.meter, attendant.stop)
            try:
                asked = _asked(wish)
                answering.answer(wish.out, asked, said, how, asked.stages(wish.quick))
            except Interrupted:
                if not last:
                    raise farewell() from None
                click.echo(f"\nStopped. The answer above stands; for a better one: {_again(wish)}", err=True)
    if wish.as_json and last:
        from glasstown.cli import facts

        click.echo(facts.written(_facts(last[-1])))
    return 0


def _asked(wish: Wish) -> Asked:
    """What the command line asks; where that says nothing, what was asked in the folder before."""
    from glasstown.lab import asked

    given = {"draws": wish.draws, "people": wish.people, "seed": wish.seed, "dated": wish.dated}
    said = {name: value for name, value in given.items() if value is not None}
    if not wish.claims and not said and (wish.out / asked.STUDY).is_file():
        return asked.read(wish.out)
    return asked.ask(wish.claims, **said)  # type: ignore[arg-type]


def _again(wish: Wish) -> str:
    return f"glasstown claims --out {quoted(wish.out)}"


def _say(study: Study, wish: Wish) -> None:
    from glasstown.cli import verdicts

    click.echo(safe(verdicts.told(study)))
    for language in ("en", "fr"):
        click.echo(shown(study.folder / report_name(language)))
    if not study.facts.complete and not wish.quick:
        click.echo("\nWorking at a better answer; Ctrl-C stops, and nothing is lost.\n", err=True)


def reported(study: Study) -> None:
    """Write the reports of an answer."""
    import glasstown.report.study

    glasstown.report.study.write(study, study.folder)


def is_study(folder: Path) -> bool:
    """Whether an answered study is in a folder."""
    return (folder / "answer.json").is_file()


def report_on(folder: Path) -> None:
    """Write the reports of a study anew, and say where. Raises StoreError, Damaged."""
    from glasstown.lab.answering import open_study

    reported(open_study(folder))
    for language in ("en", "fr"):
        click.echo(shown(folder / report_name(language)))


def _facts(study: Study) -> dict[str, object]:
    from glasstown.lab.verdict import packed

    facts = study.facts
    return {
        "kind": "study", "folder": shown(study.folder), "draws": facts.draws, "asked": facts.most,
        "people": facts.people, "runs": facts.runs, "failed": dict(facts.failed),
        "verdicts": [packed(each) for each in study.verdicts],
    }  # fmt: skip
