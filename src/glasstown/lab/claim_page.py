"""The generated part of the page of the claims: each with its arms and what would make it true."""

from glasstown.lab.claim import Claim
from glasstown.lab.claim_read import claim, shipped
from glasstown.lab.marked import table


def contents() -> str:
    """The Markdown between the markers: a table of all, then each in both languages."""
    found = [claim(name) for name in shipped()]
    decidable = sum(each.decidable for each in found)
    lines = [f"{len(found)} claims, {decidable} of them decidable by what is measured now.", ""]
    lines += table(("claim", "sentence", "said by", "arms", "decidable"), (_row(each) for each in found))
    for each in found:
        lines += ["", f"### {each.id}", "", *_whole(each)]
    return "\n".join(lines)


def _row(each: Claim) -> tuple[str, ...]:
    arms = "; ".join(arm.name for arm in each.arms)
    decidable = "yes" if each.decidable else "not yet"
    return f"[{each.id}](#{each.id})", each.sentence.en, each.said_by, arms, decidable


def _whole(each: Claim) -> list[str]:
    lines = [f"**{each.sentence.en}** *{each.sentence.fr}*", ""]
    lines += [f"- Arms ({each.horizon.days:,} days, {each.horizon.people:,} people):"]
    for arm in each.arms:
        settings = ", ".join(f"`{setting}`" for setting in arm.settings)
        lines.append(f"  - {arm.name}: `{arm.scenario}`{' with ' if settings else ''}{settings}")
    lines.append(f"- They differ in {', '.join(f'`{key}`' for key in each.differs)}, and in nothing else.")
    if each.conditions:
        lines.append("- True if all of this holds:")
        lines += [f"  - {condition}. {condition.because.en}" for condition in each.conditions]
    if each.needs:
        lines.append(f"- Not decidable yet: needs {each.needs}.")
    if each.shows:
        lines.append(f"- Shown beside: {', '.join(f'`{shown}`' for shown in each.shows)}.")
    lines.append(f"- What it cannot tell: {' '.join(each.cannot_tell.en.split())}")
    return [*lines, f"- Ce qu’elle ne peut dire : {' '.join(each.cannot_tell.fr.split())}"]
