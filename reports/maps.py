"""The map of owner, area and leader as inline SVG. Solid and dotted lines are in `trees`.

Labels never overlap: columns keep a least distance, rows one line each, long names are cut and
whole on hover.
"""

from markupsafe import Markup

from reports import phrases
from reports.facts import Area, Areas
from reports.svg import ACCENT, GREY, INK, MUTED, PAPER, n, n2, rect, svg, words

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
