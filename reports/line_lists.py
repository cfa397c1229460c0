"""Solid and dotted lines as a list, for teams too large for one row: names whole, arcs beside."""

from markupsafe import Markup

from reports import phrases
from reports.facts import Lines, Node, Tie
from reports.line_arrows import arrow, is_outside, mark
from reports.svg import GREY, MUTED, n, svg, words

WIDTH, SPINE, NODE_ROW = 780.0, 262.0, 46.0


def line_list(lines: Lines) -> Markup:
    """The reader first, direct reports below in grey lines; ties as dotted arcs beside them."""
    nodes = [lines.top, *lines.people]
    places = {node.person_id: 26 + at * NODE_ROW for at, node in enumerate(nodes)}
    height = 26 + len(nodes) * NODE_ROW - NODE_ROW / 2
    parts = [_trunk(places[lines.top.person_id], [places[one.person_id] for one in lines.people])]
    parts.extend(_arrows(lines.ties, places))
    for node in nodes:
        parts.extend(_row(node, places[node.person_id], is_top=node is lines.top))
    label = "Who reports to whom, and who led whom over 8 weeks; the table below says the same"
    return svg(WIDTH, height, label, parts, fixed=False, kind="wide")


def _trunk(top: float, below: list[float]) -> Markup:
    """The tree: one trunk, one branch a person, square corners."""
    path = "".join(f"M26 {n(top + 14)} V{n(y)} H48 " for y in below)
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2" opacity="0.55"/>').format(
        path.strip(), GREY
    )


def _row(node: Node, y: float, *, is_top: bool) -> list[Markup]:
    x = 20.0 if is_top else 56.0
    return [
        words(x, y - 1, phrases.cut(node.name, 25), size=13, weight=600, full=node.name),
        words(
            x,
            y + 14,
            phrases.cut(node.title, 30),
            size=11.5,
            fill=MUTED,
            full=node.title,
        ),
        mark(node, SPINE, y),
    ]


def _arrows(ties: tuple[Tie, ...], places: dict[str, float]) -> list[Markup]:
    """Arcs right of the marks, the longer the wider; those outside the role last, on top."""
    ordered = sorted(ties, key=lambda tie: (is_outside(tie), tie.actor_id, tie.target_id))
    most = max((abs(places[tie.actor_id] - places[tie.target_id]) for tie in ties), default=1.0)
    return [_side_arc(tie, places[tie.actor_id], places[tie.target_id], most) for tie in ordered]


def _side_arc(tie: Tie, start: float, end: float, most: float) -> Markup:
    down = 1 if end > start else -1
    x = SPINE + 20
    y1, y2 = start + 5 * down, end - 7 * down
    reach = x + 40 + 560 * abs(end - start) / most
    path = f"M{n(x)} {n(y1)} C{n(reach)} {n(y1)} {n(reach)} {n(y2)} {n(x + 8)} {n(y2)}"
    head = f"M{n(x)} {n(y2)} l9 -4.5 v9 z"
    spot = (x + 0.75 * (reach - x) + 2, (y1 + y2) / 2 + 4 + 9 * down)
    return arrow(tie, path, head, spot)
