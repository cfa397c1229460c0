"""What both drawings of solid and dotted lines share: a person's mark and an arrow."""

from markupsafe import Markup

from reports import phrases
from reports.facts import Node, Tie
from reports.svg import ACCENT, GREY, PAPER, circle, n, rect, words

FEWEST = 3  # acts outside the role, from which on a line has the accent


def is_outside(tie: Tie) -> bool:
    """Whether enough of the acts lay outside the role."""
    return tie.informal_act_count >= FEWEST


def mark(node: Node, x: float, y: float) -> Markup:
    """A person: a square has a recorded role, a circle none; hollow without hours."""
    size = 7 + min(7.0, 2.2 * (node.hours or 0) ** 0.5)
    if node.has_role:
        return rect(x - size, y - size, 2 * size, 2 * size, GREY, radius=2)
    return circle(x, y, size, ACCENT) if node.hours else circle(x, y, size, PAPER, GREY)


def arrow(tie: Tie, path: str, head: str, spot: tuple[float, float]) -> Markup:
    """A dotted arrow with its own head: a marker could not take the colour of its line.

    Outside the role it has the accent and, at the spot, its count of such acts.
    """
    stroke = ACCENT if is_outside(tie) else GREY
    width = 1.7 + min(2.6, tie.act_count / 8)
    told = (
        f"{tie.actor} led {tie.target}: {phrases.counted(tie.act_count, 'act')}, "
        f"{tie.informal_act_count} outside the role"
    )
    count = (
        words(
            *spot,
            str(tie.informal_act_count),
            anchor="middle",
            size=11.5,
            fill=ACCENT,
            weight=600,
            halo=True,
        )
        if is_outside(tie)
        else Markup("")
    )
    return Markup(
        '<g opacity="{}"><title>{}</title><path d="{}" fill="none" stroke="{}" stroke-width="{}"'
        ' stroke-dasharray="0.1 {}" stroke-linecap="round"/><path d="{}" fill="{}"/>{}</g>'
    ).format(
        "1" if is_outside(tie) else "0.75",
        told, path, stroke, n(width), n(width * 2), head, stroke, count,
    )  # fmt: skip
