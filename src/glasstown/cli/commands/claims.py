"""``claims``: the main job, and the sentences that it puts to the test: all, one in full, one of your own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from glasstown.cli.options import CLUSTER, JSON, QUIET, WORKERS, Whole, sharing
from glasstown.cli.text import safe, wrapped

if TYPE_CHECKING:
    from glasstown.lab.claim import Claim
    from glasstown.lab.claim_check import Checked

STUDY = Path("studies/claims")


@click.group(invoke_without_command=True)
@click.option(
    "--claim",
    "chosen",
    multiple=True,
    metavar="NAME",
    help="Only this claim, or a file of your own. May be repeated.",
)
@click.option("--quick", is_flag=True, help="Only the first answer, of few draws and small towns.")
@click.option(
    "--draws", type=Whole(), metavar="N", help="Draws of what is assumed to go to; 256 if not given."
)
@click.option("--people", "-p", type=Whole(), metavar="N", help="People of each town; 20,000 if not given.")
@click.option("--seed", "-s", type=Whole(), metavar="N", help="Which towns and chances.")
@click.option("--dated", metavar="DATE", help="A date to stand in the report, such as 2026-11-30.")
@WORKERS
@CLUSTER
@click.option(
    "--out",
    "-o",
    type=click.Path(path_type=Path, file_okay=False),
    default=STUDY,
    show_default=True,
    metavar="FOLDER",
    help="Where the study is kept.",
)
@sharing(JSON, QUIET)
@click.pass_context
def claims(
    context: click.Context, chosen: tuple[str, ...], quick: bool, draws: int | None, people: int | None,
    seed: int | None, dated: str | None, workers: int | None, cluster: str | None, out: Path, as_json: bool,
    quiet: bool,
) -> None:  # fmt: skip
    """Put claims to the test over all that is assumed: the main job.

    A claim is a sentence, two or more arms (scenarios that differ in what is
    claimed and in nothing else), and what would make it true. Everything that
    nobody has measured is drawn from its range, many times; each draw is lived
    in all arms by the same people with the same chances. A first answer comes
    after a minute or two. It gets better as long as it is left running, each
    time with twice as many draws; stop it with Ctrl-C whenever you like, the
    same command goes on. The folder holds the verdicts, every number behind
    them, and a report in English and French.

    \b
    Examples:
      glasstown claims
      glasstown claims --quick
      glasstown claims --claim silence --claim mine.toml --out studies/mine
      glasstown claims list
      glasstown claims show silence
      glasstown claims check mine.toml
    """
    if context.invoked_subcommand is not None:
        return
    from glasstown.cli.studying import Wish, answered

    wish = Wish(chosen, quick, draws, people, seed, dated, workers, cluster, out, as_json, quiet)
    context.exit(answered(wish))


@claims.command(name="list")
@JSON
def list_(as_json: bool) -> None:
    """List the claims that come with Glasstown.

    \b
    Examples:
      glasstown claims list
      glasstown claims list --json
    """
    from glasstown.lab.claim_read import claim, shipped

    found = [claim(name) for name in shipped()]
    if as_json:
        _write({"kind": "claims", "claims": [_facts(each) for each in found]})
        return
    for each in found:
        click.echo(f"{each.id}: {each.sentence.en}")
        click.echo(wrapped("; ".join(arm.name for arm in each.arms), "        ", "  arms  "))
        if not each.decidable:
            click.echo(wrapped(f"not decidable yet: needs {each.needs}", "        ", "  "))
    decidable = sum(each.decidable for each in found)
    click.echo(
        f"\n{len(found)} claims, {decidable} of them decidable. One in full: glasstown claims show NAME"
    )


@claims.command()
@click.argument("name")
@JSON
def show(name: str, as_json: bool) -> None:
    """Show a claim in full: NAME is a shipped claim, or a file.

    \b
    Examples:
      glasstown claims show lists
      glasstown claims show mine.toml --json
    """
    from glasstown.lab.claim_read import claim

    found = claim(name)
    if as_json:
        _write({"kind": "claim", **_facts(found)})
    else:
        click.echo(safe(_told(found)))


@claims.command()
@click.argument("file")
@JSON
def check(file: str, as_json: bool) -> None:
    """Check a claim and its arms: FILE is a file, or a shipped claim.

    Every scenario, key and measure must exist; arms must share their town, seed
    and days, and differ in what the claim says and in nothing else. Exit code 2
    for a claim that does not hold together, with every problem by line.

    \b
    Examples:
      glasstown claims check mine.toml
      glasstown claims check neighbours
    """
    from glasstown.lab.claim_check import checked

    found = checked(file)
    if as_json:
        digests = {name: scenario.digest for name, scenario in found.scenarios.items()}
        _write({"kind": "claim-check", **_facts(found.claim), "digests": digests})
    else:
        click.echo(safe(_verdict(found)))


@claims.command()
@WORKERS
@sharing(JSON, QUIET)
def ready(workers: int | None, as_json: bool, quiet: bool) -> None:
    """Compile ahead what the first answer needs, on all cores: about a minute.

    Setting up with make does it. Without it, the first answer of a new
    installation compiles, once.

    \b
    Examples:
      glasstown claims ready
    """
    from glasstown.cli.attend import Attendant
    from glasstown.errors import Interrupted

    def farewell() -> Interrupted:
        return Interrupted("Stopped; what was compiled is kept.", "Go on with: glasstown claims ready")

    with Attendant(quiet, farewell) as attendant:
        from glasstown.lab.ready import compile_ahead

        try:
            runs = compile_ahead(workers, attendant.meter, attendant.stop)
        except Interrupted:
            raise farewell() from None
    if as_json:
        _write({"kind": "claims-ready", "runs": runs})
    elif not quiet:
        click.echo("Ready." if runs else "Ready: nothing was left to compile.")


def _write(document: dict[str, Any]) -> None:
    from glasstown.cli.facts import written

    click.echo(written(document))


def _verdict(found: Checked) -> str:
    claim = found.claim
    alone = f"{', '.join(claim.differs)}, and in nothing else"
    lines = [f"{claim.id} holds together: {len(claim.arms)} arms that differ in {alone}."]
    lines += [] if claim.decidable else [f"Not decidable yet: needs {claim.needs}."]
    return "\n".join(wrapped(line) for line in lines)


def _told(claim: Claim) -> str:
    from glasstown.cli.verdicts import SAID

    said = SAID[claim.said_by] + (f" ({claim.source})" if claim.source else "")
    lines = [
        f"{claim.id} (claim): {claim.sentence.en}",
        wrapped(claim.sentence.fr, "  "),
        f"  Said by {said}.",
        "",
    ]
    lines.append(f"Arms ({claim.horizon.people:,} people, {claim.horizon.days:,} days)")
    for arm in claim.arms:
        marks = dict(zip(claim.between, ("without", "with"), strict=True))
        mark = f" [{marks[arm.name]}]" if arm.name in marks else ""
        lines.append(wrapped(" ".join((arm.scenario, *arm.settings)), "      ", f"  {arm.name}{mark}: "))
    lines += ["", wrapped(", ".join(claim.differs), "  ", "They differ in: "), ""]
    lines.append("True if all of this holds" if claim.conditions else "Nothing decides it yet.")
    for each in claim.conditions:
        lines += [wrapped(str(each), "      ", "  "), wrapped(each.because.en, "      ")]
    lines += ["", wrapped(f"Not decidable yet: needs {claim.needs}.")] if claim.needs else []
    if claim.shows:
        lines += ["", wrapped(", ".join(str(each) for each in claim.shows), "  ", "Shown beside: ")]
    if claim.cannot_tell.en:
        lines += ["", "What it cannot tell"]
        lines += [
            wrapped(" ".join(text.split()), "  ")
            for text in (claim.cannot_tell.en, claim.cannot_tell.fr)
            if text
        ]
    return "\n".join(lines)


def _facts(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.id, "sentence": claim.sentence.model_dump(), "said_by": claim.said_by,
        "source": claim.source, "decidable": claim.decidable, "needs": claim.needs,
        "arms": [{"name": a.name, "scenario": a.scenario, "settings": list(a.settings)} for a in claim.arms],
        "between": list(claim.between), "differs": list(claim.differs),
        "conditions": [
            {"measure": str(c.measure), "unit": c.measure.unit, "direction": c.direction,
             "matters": c.matters, "relative": c.relative, "because": c.because.model_dump(),
             "between": list(c.between), "arm": c.arm, "than": c.than}
            for c in claim.conditions
        ],
        "shows": [str(each) for each in claim.shows], "horizon": claim.horizon.model_dump(),
        "cannot_tell": claim.cannot_tell.model_dump(),
    }  # fmt: skip
