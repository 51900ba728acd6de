"""A study as a page of the documentation: its verdicts in a table, with the report and the bundle beside it.

``python -m glasstown.lab.study_page STUDY docs/studies/DATE`` writes the page, both reports and the bundle.
"""

import shutil
import sys
from pathlib import Path

from glasstown.lab.bundle import export
from glasstown.lab.claim import Claim
from glasstown.lab.study import Study
from glasstown.lab.study_files import read
from glasstown.lab.turning import turns_on
from glasstown.lab.verdict import WORDS, Share, Verdict
from glasstown.store.atomic import make_folder, write_text
from glasstown.store.layout import report_name

BUNDLE = "study.zip"


def page(study: Study) -> str:
    """The page in Markdown."""
    facts = study.facts
    title = f"# A study of {facts.dated}" if facts.dated else "# A study"
    least, most = facts.replicates
    lines = [
        title, "",
        f"{len(study.claims)} claims under {facts.draws} draws of {len(study.design.factors)} numbers and "
        f"switches that are assumed or estimated; towns of {facts.people:,} people, each draw lived {least} "
        f"to {most} times in the arms that decide; {facts.runs:,} runs, of which "
        f"{sum(facts.failed.values())} could not end. Release {facts.release}, model epoch "
        f"{facts.epoch}, seed {facts.seed}.", "",
    ]  # fmt: skip
    if not facts.complete:
        lines += [f"**Not complete**: {facts.most} draws were asked for. Intervals are the wider for it.", ""]
    lines += [
        f"The report, in one file: [English]({report_name('en')}), [français]({report_name('fr')}). "
        f"Everything behind it: [{BUNDLE}]({BUNDLE}); to live it again and compare byte for byte:", "",
        "```", f"glasstown reproduce {BUNDLE}            # all of it",
        f"glasstown reproduce {BUNDLE} --runs 20  # twenty of its runs", "```", "",
        "| claim | verdict | holds in | fails in | what it turns on |", "|---|---|---|---|---|",
    ]  # fmt: skip
    lines += [_row(each.claim, study.verdict(each.claim.id)) for each in study.claims]
    lines += [
        "",
        "Shares are of the draws, with intervals that hold for all claims at once. A share of draws is no "
        "probability that a sentence is true of any place: it says how often the sentence survives what "
        "nobody has measured, in a town that does not exist. [How a verdict is reached](../../verdicts.md).",
    ]
    return "\n".join(lines) + "\n"


def _row(claim: Claim, verdict: Verdict) -> str:
    word = WORDS[verdict.word].en + ("" if verdict.firm else " (not firm)")
    cells = (claim.sentence.en, word, _share(verdict.holds), _share(verdict.fails), turns_on(verdict).en)
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"


def _share(found: Share) -> str:
    return f"{100 * found.value:.0f} % ({100 * found.low:.0f} to {100 * found.high:.0f})"


def ship(folder: Path, into: Path) -> None:
    """Put page, reports and bundle of the study in ``folder`` into ``into``. Raises StoreError, DiskFull."""
    make_folder(into)
    write_text(into / "index.md", page(read(folder)))
    for language in ("en", "fr"):
        shutil.copyfile(folder / report_name(language), into / report_name(language))
    export(folder, into / BUNDLE)


if __name__ == "__main__":
    ship(Path(sys.argv[1]), Path(sys.argv[2]))
