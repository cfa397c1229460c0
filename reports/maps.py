"""Two maps as inline SVG: owner, area and leader; solid lines with the dotted ones beside them.

Labels never overlap: columns keep a least distance, rows one line each, long names are cut and
whole on hover.
"""

from markupsafe import Markup

from reports import phrases
from reports.facts import Area, Areas, Lines, Node, Tie
from reports.svg import ACCENT, GREY, INK, MUTED, PAPER, circle, n, n2, rect, svg, words

MOST_ON_MAP = 14
ROW = 34.0
UNOWNED = "no owner published"
LEFT, BOX, BOX_END, RIGHT, WIDTH = 162.0, 236.0, 506.0, 590.0, 780.0


def ownership_map(areas: Areas) -> Markup:
    """Published owners left, areas in the middle, leaders right; orange where they differ."""
    rows = sorted(
        [area for area in areas.rows if area.match != "too_few"][:MOST_ON_MAP],
        key=lambda area: (area.owners or ("\uffff",), area.leader_words, area.title),
    )
    if not rows:
        return Markup("")
    owners = _column([(area.owners or (UNOWNED,)) for area in rows])
    leaders = _column([(area.leader_words,) for area in rows])
    bottom = max([len(rows) * ROW, *(y + ROW / 2 for y in (*owners.values(), *leaders.values()))])
    parts = [
        words(LEFT - 12, 14, "published owner", anchor="end", fill=MUTED),
        words((BOX + BOX_END) / 2, 14, "area", anchor="middle", fill=MUTED),
        words(RIGHT + 12, 14, "leads in practice", fill=MUTED),
    ]
    top = 28.0
    for at, area in enumerate(rows):
        parts.extend(_threads(area, top + at * ROW + ROW / 2, top, owners, leaders))
    for at, area in enumerate(rows):
        parts.extend(_box(area, top + at * ROW + ROW / 2))
    for names, x, anchor in ((owners, LEFT - 12, "end"), (leaders, RIGHT + 12, "start")):
        for name, y in names.items():
            is_word = name in (UNOWNED, "someone not listed", "a listed owner")
            parts.append(
                words(
                    x,
                    top + y + 4,
                    phrases.cut(name, 21),
                    anchor=anchor,
                    size=12.5,
                    full=name,
                    weight=400 if is_word else 600,
                    fill=MUTED if is_word else INK,
                )
            )
    label = "Published owner, area and who leads it; the table above says the same"
    return svg(WIDTH, top + bottom + 4, label, parts, fixed=False, kind="wide")


def _column(by_row: list[tuple[str, ...]]) -> dict[str, float]:
    """A height for each name: the middle of its rows, pushed down until no two are too close."""
    places: dict[str, list[float]] = {}
    for at, names in enumerate(by_row):
        for name in names:
            places.setdefault(name, []).append(at * ROW + ROW / 2)
    middles = sorted((sum(ys) / len(ys), name) for name, ys in places.items())
    found: dict[str, float] = {}
    least = 22.0
    below = len(by_row) * ROW - least / 2
    last = least / 2 - least
    for y, name in middles:
        last = max(y, last + least)
        found[name] = last
    for name in reversed(found):
        found[name] = min(found[name], below)
        below = found[name] - least
    lowest = min(found.values())
    shift = max(0.0, least / 2 - lowest)
    return {name: y + shift for name, y in found.items()}


def _threads(
    area: Area, y: float, top: float, owners: dict[str, float], leaders: dict[str, float]
) -> list[Markup]:
    differs = area.match in ("differs", "no_owner")
    width = 2 + 8 * (area.share if area.share is not None else 0.35)
    return [
        *(
            _curve(
                LEFT - 6,
                top + owners[name],
                BOX,
                y,
                GREY,
                1.6,
                0.8,
                "none" if area.owners else "2 4",
            )
            for name in (area.owners or (UNOWNED,))
        ),
        _curve(
            BOX_END,
            y,
            RIGHT + 6,
            top + leaders[area.leader_words],
            ACCENT if differs else GREY,
            width,
            0.62 if differs else 0.5,
        ),
    ]


def _curve(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    stroke: str,
    width: float,
    opacity: float,
    dash: str = "none",
) -> Markup:
    middle = (x1 + x2) / 2
    path = f"M{n(x1)} {n(y1)} C{n(middle)} {n(y1)} {n(middle)} {n(y2)} {n(x2)} {n(y2)}"
    return Markup(
        '<path d="{}" fill="none" stroke="{}" stroke-width="{}" opacity="{}"'
        ' stroke-dasharray="{}"/>'
    ).format(path, stroke, n(width), n2(opacity), dash)


def _box(area: Area, y: float) -> list[Markup]:
    differs = area.match in ("differs", "no_owner")
    share = phrases.percent(area.share) if area.share is not None else ""
    title = phrases.cut(area.title, 26 if share else 31)
    return [
        rect(BOX, y - 13, BOX_END - BOX, 26, PAPER, radius=6, stroke=ACCENT if differs else GREY),
        words(BOX + 12, y + 4, title, size=12.5, weight=600, full=area.title),
        words(BOX_END - 10, y + 4, share, anchor="end", size=11.5, fill=MUTED),
    ]


SPINE, NODE_ROW = 262.0, 46.0


def line_map(lines: Lines) -> Markup:
    """The reader on top, direct reports below in grey lines; ties as dotted arrows beside them.

    An arrow leads from who led to whom; its width grows with the acts.
    """
    nodes = [lines.top, *lines.people]
    places = {node.person_id: 26 + at * NODE_ROW for at, node in enumerate(nodes)}
    height = 26 + len(nodes) * NODE_ROW - NODE_ROW / 2
    parts = [_solid(places[lines.top.person_id], [places[one.person_id] for one in lines.people])]
    parts.extend(_arrows(lines.ties, places))
    for node in nodes:
        parts.extend(_node(node, places[node.person_id], is_top=node is lines.top))
    label = "Who reports to whom, and who led whom over 8 weeks; the table below says the same"
    return svg(WIDTH, height, label, parts, fixed=False, kind="wide")


def _solid(top: float, below: list[float]) -> Markup:
    """The tree: one trunk, one branch a person, square corners."""
    path = "".join(f"M26 {n(top + 14)} V{n(y)} H48 " for y in below)
    return Markup('<path d="{}" fill="none" stroke="{}" stroke-width="2" opacity="0.55"/>').format(
        path.strip(), GREY
    )


def _node(node: Node, y: float, *, is_top: bool) -> list[Markup]:
    x = 20.0 if is_top else 56.0
    size = 7 + min(7.0, 2.2 * (node.hours or 0) ** 0.5)
    mark = (
        rect(SPINE - size, y - size, 2 * size, 2 * size, GREY, radius=2)
        if node.has_role
        else circle(SPINE, y, size, ACCENT)
    )
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
        mark,
    ]


def _arrows(ties: tuple[Tie, ...], places: dict[str, float]) -> list[Markup]:
    """Arcs right of the marks, the longer the wider; those outside the role last, on top."""
    ordered = sorted(ties, key=lambda tie: (_outside(tie), tie.actor_id, tie.target_id))
    most = max((abs(places[tie.actor_id] - places[tie.target_id]) for tie in ties), default=1.0)
    return [_arrow(tie, places[tie.actor_id], places[tie.target_id], most) for tie in ordered]


def _outside(tie: Tie) -> bool:
    return tie.informal_act_count >= 3


def _arrow(tie: Tie, start: float, end: float, most: float) -> Markup:
    """A cubic arc with its own head: a marker could not take the colour of its line."""
    stroke = ACCENT if _outside(tie) else GREY
    width = 1.4 + min(2.6, tie.act_count / 8)
    down = 1 if end > start else -1
    x = SPINE + 20
    y1, y2 = start + 5 * down, end - 7 * down
    reach = x + 40 + 560 * abs(end - start) / most
    path = f"M{n(x)} {n(y1)} C{n(reach)} {n(y1)} {n(reach)} {n(y2)} {n(x + 8)} {n(y2)}"
    head = f"M{n(x)} {n(y2)} l9 -4.5 v9 z"
    told = (
        f"{tie.actor} led {tie.target}: {phrases.counted(tie.act_count, 'act')}, "
        f"{tie.informal_act_count} outside the role"
    )
    peak = x + 0.75 * (reach - x) + 2
    count = (
        words(
            peak,
            (y1 + y2) / 2 + 4 + 9 * down,
            str(tie.informal_act_count),
            anchor="middle",
            size=11.5,
            fill=ACCENT,
            weight=600,
            halo=True,
        )
        if _outside(tie)
        else Markup("")
    )
    return Markup(
        '<g opacity="{}"><title>{}</title><path d="{}" fill="none" stroke="{}" stroke-width="{}"'
        ' stroke-dasharray="0.1 {}" stroke-linecap="round"/><path d="{}" fill="{}"/>{}</g>'
    ).format(
        "1" if _outside(tie) else "0.7",
        told,
        path,
        stroke,
        n(width),
        n(width * 2),
        head,
        stroke,
        count,
    )
