"""Small drawings between words: two lines that drift apart beside a life, panes for origins."""

from glasstown.report.drawing import Sheet

__all__ = ["rowpanes", "spine"]


def spine(before: float, now: float) -> str:
    """A piece of the two lines, as high as its moment; 0 together, 1 as far apart as it goes."""
    a, b = 3 + 30 * before, 3 + 30 * now
    left = f"M{46 - a:.1f} 0C{46 - a:.1f} 30 {46 - b:.1f} 20 {46 - b:.1f} 50V100"
    right = f"M{46 + a:.1f} 0C{46 + a:.1f} 30 {46 + b:.1f} 20 {46 + b:.1f} 50V100"
    return (
        '<svg class="spine" viewBox="0 0 92 100" preserveAspectRatio="none" '
        'aria-hidden="true" focusable="false">'
        f'<path class="sp-w" d="{left}"/><path class="sp-o" d="{right}"/></svg>'
    )


def rowpanes(published: int, elsewhere: int, assumed: int, chosen: int = 0) -> str:
    """A pane for each number: filled if published, half if published elsewhere, empty if assumed.

    Struck through if a scenario sets it.
    """
    known = published + elsewhere + assumed
    total = known + chosen
    across = 48
    sheet = Sheet(across * 14, -(-total // across) * 22)
    corners = [(k % across * 14 + 1.0, k // across * 22 + 1.0) for k in range(total)]
    sheet.boxes(corners[:published], 10, 17, "solid")
    sheet.boxes([(x, y + 8.5) for x, y in corners[published : published + elsewhere]], 10, 8.5, "solid")
    sheet.boxes(corners, 10, 17, "frame")
    for x, y in corners[known:]:
        sheet.line([(x, y + 17), (x + 10, y)], "frame")
    return sheet.svg("panes")
