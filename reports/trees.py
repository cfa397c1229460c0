"""Solid and dotted lines as a chart from top to bottom, for a team that fits in one row.

Grey lines say who reports to whom; dotted arrows run below between peers, and beside the grey lines
from and to the one on top. Larger teams are drawn as a list, in
`line_lists`.
"""

from markupsafe import Markup

from reports import phrases
from reports.facts import Lines, Node, Tie
from reports.line_arrows import arrow, is_outside, mark
from reports.line_lists import line_list
from reports.svg import GREY, MUTED, n, svg, words

MOST_IN_A_ROW = 8
WIDTH, TOP, BAR, ROW, LABELS = 780.0, 24.0, 66.0, 112.0, 136.0
FLOOR = LABELS + 42  # arcs between peers begin below the titles


def line_map(lines: Lines) -> Markup:
    """The reader and their direct reports, and arrows from who led to whom, wider with the acts.

    A chart from top to bottom where all have a place in one row, else a list.
    """
    return tree(lines) if 0 < len(lines.people) <= MOST_IN_A_ROW else line_list(lines)


def tree(lines: Lines) -> Markup:
    """The one on top, direct reports in one row, the acts outside the role at each arrow."""
    step = WIDTH / len(lines.people)
    places = {one.person_id: step * (at + 0.5) for at, one in enumerate(lines.people)}
    top = lines.top.person_id
    peers = [tie for tie in lines.ties if top not in (tie.actor_id, tie.target_id)]
    parts = [_solid(list(places.values()))]
    ordered = sorted(lines.ties, key=lambda tie: (is_outside(tie), tie.actor_id, tie.target_id))
    parts.extend(
        _arc(tie, places, step) if tie in peers else _beside(tie, places, top) for tie in ordered
    )
    parts.extend(_top(lines.top))
    for node in lines.people:
        parts.extend(_node(node, places[node.person_id], step))
    deepest = max((_depth(tie, places, step) for tie in peers), default=0.0)
    height = FLOOR + (0.75 * deepest + 14 if peers else -12)
    label = "Who reports to whom, and who led whom over 8 weeks; the table below says the same"
    return svg(WIDTH, height, label, parts, fixed=False, kind="wide")


def _solid(below: list[float]) -> Markup:
    """The tree: one trunk, one bar, one branch a person."""
    middle = WIDTH / 2
    ends = [*below, middle]
    path = f"M{n(middle)} {n(TOP)} V{n(BAR)} M{n(min(ends))} {n(BAR)} H{n(max(ends))} "
    path += " ".join(f"M{n(x)} {n(BAR)} V{n(ROW)}" for x in below)
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2.4" opacity="0.4"/>').format(
        path, GREY
    )


def _top(node: Node) -> list[Markup]:
    x = WIDTH / 2 + 24
    return [
        mark(node, WIDTH / 2, TOP),
        words(x, TOP - 2, phrases.cut(node.name, 34), size=13, weight=600, full=node.name),
        words(x, TOP + 13, phrases.cut(node.title, 44), size=11.5, fill=MUTED, full=node.title),
    ]


def _node(node: Node, x: float, step: float) -> list[Markup]:
    """The mark with the name below it, in two lines, and the title."""
    first, _, rest = node.name.partition(" ")
    lines = [line for line in (first, rest) if line]
    parts = [mark(node, x, ROW)]
    for at, line in enumerate(lines):
        text = phrases.cut(line, int(step / 8.4))
        parts.append(
            words(x, LABELS + 14 * at, text, anchor="middle", size=12.5, weight=600, full=node.name)
        )
    title = phrases.cut(node.title, int(step / 6.6))
    y = LABELS + 14 * len(lines) + 1
    parts.append(words(x, y, title, anchor="middle", size=11, fill=MUTED, full=node.title))
    return parts


def _depth(tie: Tie, places: dict[str, float], step: float) -> float:
    """How far below an arc hangs: the farther the people, the deeper; back is deeper than forth."""
    apart = (places[tie.target_id] - places[tie.actor_id]) / step
    return 26 + 30 * abs(apart) + (20 if apart < 0 else 0)


def _arc(tie: Tie, places: dict[str, float], step: float) -> Markup:
    right = 1 if places[tie.target_id] > places[tie.actor_id] else -1
    x1, x2 = places[tie.actor_id] + 5 * right, places[tie.target_id] - 9 * right
    deep = FLOOR + _depth(tie, places, step)
    path = f"M{n(x1)} {n(FLOOR)} C{n(x1)} {n(deep)} {n(x2)} {n(deep)} {n(x2)} {n(FLOOR + 9)}"
    head = f"M{n(x2)} {n(FLOOR)} l-4.5 9 h9 z"
    lowest = FLOOR + 0.75 * (deep - FLOOR) + 2
    return arrow(tie, path, head, ((x1 + x2) / 2, lowest + 4))


def _beside(tie: Tie, places: dict[str, float], top: str) -> Markup:
    """An arrow from or to the one on top: beside the grey lines, so that both are seen."""
    is_down = tie.actor_id == top
    x = places[tie.target_id if is_down else tie.actor_id]
    side = 6 if x >= WIDTH / 2 else -6
    side = side if is_down else -side
    start, end = (WIDTH / 2 + side, TOP + 16), (x + side, ROW - 18)
    middle = BAR + 8
    curve = f"C{n(start[0])} {n(middle)} {n(end[0])} {n(middle - 16)} {n(end[0])} {n(end[1])}"
    path = f"M{n(start[0])} {n(start[1])} {curve}"
    if is_down:
        head = f"M{n(end[0])} {n(end[1] + 7)} l-4.5 -9 h9 z"
    else:
        head = f"M{n(start[0])} {n(start[1] - 5)} l-4.5 9 h9 z"
    return arrow(tie, path, head, (end[0] + (10 if side > 0 else -10), end[1] - 4))
