"""Small drawings as inline SVG: interval marks, sparklines, bars. Maps are in `maps`.

Shape says what colour says: a circle is outside the role, a square has it.
"""

import math
from collections.abc import Callable, Iterable

from markupsafe import Markup

from reports import phrases
from reports.facts import Band, Bar, Carrier, Crowd, Quarter, Series, Trend, Usual
from reports.svg import (
    ACCENT,
    GREY,
    INK,
    LINE,
    MUTED,
    PAPER,
    SOFT,
    circle,
    n,
    rect,
    segment,
    svg,
    words,
)

SHADES = ("var(--part-1)", "var(--part-2)", "var(--part-3)", "var(--part-4)", "var(--part-5)")
Place = Callable[[float], float]
MARK_WIDTH, MARK_HEIGHT = 220, 34


def ceiling(values: Iterable[float | None]) -> float:
    """The end of an axis: a round number at or above all values, with two to five steps below."""
    most = max((value for value in values if value is not None), default=0.0)
    if most <= 2:
        return 2.0
    step = 10.0 ** math.floor(math.log10(most))
    return next(
        step * by for by in (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0) if step * by >= most
    )


def sparkline(
    series: Series, usual: Usual | None, label: str, *, width: float = 120, height: float = 30
) -> Markup:
    """Twelve weeks as a line on the grey band of the usual; gaps stay open, the last is a dot."""
    if not any(value is not None for value in series):
        return Markup("")
    pad = 5.0
    values = [value for value in (*series, *(usual or ())) if value is not None]
    low, high = min(values), max(values)
    rise = (high - low) or 1.0
    step = (width - 2 * pad) / max(len(series) - 1, 1)

    def y(value: float) -> float:
        at = (value - low) / rise if high > low else 0.5
        return height - pad - at * (height - 2 * pad)

    points = [
        None if value is None else (pad + at * step, y(value)) for at, value in enumerate(series)
    ]
    parts = []
    if usual:
        top, bottom = y(usual[1]), y(usual[0])
        parts.append(rect(0, top - 1, width, bottom - top + 2, SOFT, radius=2))
    for run in _runs(points):
        if len(run) == 1:
            parts.append(circle(*run[0], 1.5, MUTED))
        else:
            path = " ".join(f"{n(x)},{n(at)}" for x, at in run)
            parts.append(
                Markup(
                    '<polyline points="{}" fill="none" stroke="{}" stroke-width="1.6"'
                    ' stroke-linejoin="round"/>'
                ).format(path, MUTED)
            )
    if points[-1] is not None:
        parts.append(circle(*points[-1], 3.4, ACCENT))
    return svg(width, height, label, parts, kind="spark")


def _runs(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The stretches between gaps."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def axis_end(carriers: Iterable[Carrier]) -> float:
    """The common end of the people's axis, in hours."""
    found = list(carriers)
    return ceiling(
        [one.high for one in found if one.band is None]
        + [one.role_hours for one in found]
        + [one.usual[1] for one in found if one.usual]
        + [_band_end(one.band) for one in found if one.band]
    )


def _band_end(band: Band) -> float:
    """Where a band ends on the axis; an open one goes on by half."""
    return band[1] if band[1] is not None else 1.5 * band[0]


def _steps(end: float) -> list[float]:
    return [end * at / 4 for at in range(5)]


def axis(end: float) -> Markup:
    """The hours above the marks."""
    x = _scale(end)
    parts = [
        words(
            x(at),
            11,
            f"{phrases.number(at)}{' h' if at == end else ''}",
            anchor="start" if at == 0 else "end" if at == end else "middle",
            size=11.5,
            fill=MUTED,
        )
        for at in (0, end / 2, end)
    ]
    return svg(MARK_WIDTH, 14, f"Axis from 0 to {phrases.number(end)} hours", parts)


def _scale(end: float) -> Place:
    return lambda value: 6 + min(value, end) / end * (MARK_WIDTH - 12)


def interval(one: Carrier, end: float) -> Markup:
    """One person's week: circle and range outside the role, square with the role, grey usual.

    A box without a point where the range is too wide for one; hollow where a calendar is missing.
    """
    x, middle = _scale(end), MARK_HEIGHT / 2
    parts = [segment(x(at), 3, x(at), MARK_HEIGHT - 3, LINE) for at in _steps(end)]
    if one.usual:
        low, high = (x(edge) for edge in one.usual)
        parts.append(rect(low, middle - 8, max(high - low, 3), 16, SOFT, radius=3))
    if one.role_hours:
        side = 9
        parts.append(
            rect(x(one.role_hours) - side / 2, middle - side / 2, side, side, GREY, radius=1.5)
        )
    if one.value is not None and one.low is not None and one.high is not None:
        parts.extend(_point(one, x, middle))
    return svg(MARK_WIDTH, MARK_HEIGHT, _mark_words(one), parts)


def _point(one: Carrier, x: Place, middle: float) -> list[Markup]:
    if one.band is not None:
        left, right = x(one.band[0]), x(_band_end(one.band))
        return [
            Markup(
                '<rect x="{}" y="{}" width="{}" height="9" rx="4.5" fill="{}" fill-opacity="0.18"'
                ' stroke="{}" stroke-width="1.6"/>'
            ).format(n(left), n(middle - 4.5), n(max(right - left, 6)), ACCENT, ACCENT)
        ]
    if not one.value or one.low is None or one.high is None:
        return [circle(x(0), middle, 4, PAPER, GREY)]
    fill, stroke = (PAPER, ACCENT) if one.is_hollow else (ACCENT, PAPER)
    return [
        segment(x(one.low), middle, x(one.high), middle, ACCENT, 3.4, 0.55),
        circle(x(one.value), middle, 5.2, fill, stroke),
    ]


def _mark_words(one: Carrier) -> str:
    if one.value is None:
        return f"{one.name}: {one.note}"
    likely = f", likely {one.range}" if one.range else ", a band" if one.band else ""
    usual = f", usual {one.usual_words}" if one.usual_words else ""
    role = f"; about {phrases.hours(one.role_hours)} with the role" if one.role_hours else ""
    return f"{one.name}: {one.this_week}{likely}{usual}, outside the role{role}"


def share_bar(share: float, *, is_accent: bool) -> Markup:
    """A share as a bar of at most 72 pixels."""
    fill = ACCENT if is_accent else GREY
    parts = [rect(0, 2, 72, 8, SOFT, radius=4), rect(0, 2, max(72 * share, 4), 8, fill, radius=4)]
    return svg(72, 12, phrases.percent(share), parts)


def match_bar(counts: tuple[tuple[str, int], ...]) -> Markup:
    """How many areas differ, have no owner, match, or have too few acts, as one bar."""
    fills = {"differs": ACCENT, "no_owner": "var(--part-3)", "matches": GREY, "too_few": SOFT}
    whole = sum(count for _, count in counts)
    parts, x, width = [], 0.0, 780.0
    for match, count in counts:
        length = width * count / whole
        if count:
            parts.append(rect(x, 0, length - 2, 20, fills[match], radius=3))
            if length > 30:
                fill = INK if match in ("too_few", "no_owner") else PAPER
                parts.append(
                    words(
                        x + length / 2, 14.5, f"{count:,}", anchor="middle", weight=600, fill=fill
                    )
                )
        x += length
    told = ", ".join(
        phrases.counted(count, *phrases.MATCH_COUNTED[match]) for match, count in counts
    )
    return svg(width, 20, f"Areas: {told}", parts, fixed=False, kind="wide")


def _gridlines(end: float, y: Place, left: float, right: float) -> list[Markup]:
    parts = []
    for at in _steps(end):
        parts.append(segment(left, y(at), right, y(at), LINE))
        if at in (0, end / 2, end):
            text = f"{phrases.number(at)}{' h' if at == end else ''}"
            parts.append(words(left - 6, y(at) + 4, text, anchor="end", size=11.5, fill=MUTED))
    return parts


def used_parts(trend: Trend) -> list[tuple[str, str]]:
    """Shade and name of the parts that occur in any week, for the key."""
    totals = [
        sum(part) for part in zip(*(bar.parts for bar in trend.bars if bar.parts), strict=True)
    ]
    named = zip(SHADES, phrases.PARTS.values(), totals, strict=False)
    return [(shade, name) for shade, name, total in named if total > 0]


def week_bars(trend: Trend) -> Markup:
    """Twelve weeks as stacked bars with their likely range; one not read is white and says so."""
    width, height, left, base = 780.0, 236.0, 58.0, 200.0
    end = ceiling([bar.high for bar in trend.bars] + list(trend.usual or ()))
    step = (width - left) / len(trend.bars)

    def y(value: float) -> float:
        return base - min(value, end) / end * (base - 14)

    parts = []
    if trend.usual:
        low, high = y(trend.usual[0]), y(trend.usual[1])
        parts.append(rect(left, high, width - left, max(low - high, 2), SOFT))
    parts.extend(_gridlines(end, y, left, width))
    for at, bar in enumerate(trend.bars):
        middle = left + step * (at + 0.5)
        parts.extend(_bar(bar, middle, min(step * 0.56, 34), y, is_last=at == len(trend.bars) - 1))
        parts.append(
            words(middle, base + 18, f"{bar.week.day}", anchor="middle", size=11.5, fill=MUTED)
        )
        if at == 0 or bar.week.day <= 7:
            month = phrases.MONTHS[bar.week.month - 1][:3]
            parts.append(words(middle, base + 33, month, anchor="middle", size=11.5, fill=MUTED))
    label = "Hours outside the role in each of twelve weeks, with likely range"
    return svg(width, height, label, parts, fixed=False, kind="wide")


def _bar(bar: Bar, middle: float, width: float, y: Place, *, is_last: bool) -> list[Markup]:
    when = phrases.short_day(bar.week)
    if bar.total is None or bar.parts is None or bar.low is None or bar.high is None:
        return [
            Markup(
                '<rect x="{}" y="{}" width="{}" height="{}" rx="3" fill="{}" stroke="{}"'
                ' stroke-dasharray="3 3"/>'
            ).format(n(middle - width / 2), n(y(0) - 60), n(width), "60", PAPER, GREY),
            Markup(
                '<text transform="translate({} {}) rotate(-90)" font-size="11" fill="{}">{}</text>'
            ).format(n(middle + 4), n(y(0) - 8), MUTED, phrases.GAPS[bar.is_read]),
        ]
    likely = f"{phrases.hours(bar.total)}, likely {phrases.span(bar.low, bar.high)}"
    parts, top = [], 0.0
    for part, shade in zip(bar.parts, SHADES, strict=False):
        if part > 0:
            parts.append(
                rect(middle - width / 2, y(top + part), width, y(top) - y(top + part), shade)
            )
            top += part
    parts.append(segment(middle, y(bar.low), middle, y(bar.high), INK, 1.3))
    parts.extend(
        segment(middle - 4, y(edge), middle + 4, y(edge), INK, 1.3) for edge in (bar.low, bar.high)
    )
    if is_last:
        parts.append(
            segment(middle - width / 2, y(0) + 4, middle + width / 2, y(0) + 4, ACCENT, 2.5)
        )
    title = Markup("<title>Week of {}: {}</title>").format(when, likely)
    return [Markup("<g>{}{}</g>").format(title, Markup("").join(parts))]


def long_line(quarters: tuple[Quarter, ...]) -> Markup:
    """Mean hours a week by quarter with their range; a quarter that may not be shown is a gap."""
    width, height, left, base = 780.0, 200.0, 58.0, 164.0
    end = ceiling([quarter.high for quarter in quarters])
    step = (width - left - 12) / max(len(quarters) - 1, 1)

    def y(value: float) -> float:
        return base - min(value, end) / end * (base - 14)

    parts = _gridlines(end, y, left, width)
    spots = [
        None
        if quarter.value is None or quarter.low is None or quarter.high is None
        else (left + 6 + at * step, quarter.value, quarter.low, quarter.high)
        for at, quarter in enumerate(quarters)
    ]
    run: list[tuple[float, float, float, float]] = []
    for spot in [*spots, None]:
        if spot is not None:
            run.append(spot)
            continue
        if run:
            parts.extend(_stretch(run, y))
        run = []
    for at, quarter in enumerate(quarters):
        if quarter.label.endswith("Q1") or at == 0:
            x = left + 6 + at * step
            if at and x - (left + 6) < 34:
                continue
            parts.append(segment(x, base, x, base + 5, GREY))
            parts.append(
                words(x, base + 19, quarter.label[:4], anchor="middle", size=11.5, fill=MUTED)
            )
    label = "Mean hours a week outside the role, by quarter, with likely range"
    return svg(width, height, label, parts, fixed=False, kind="wide")


def _stretch(run: list[tuple[float, float, float, float]], y: Place) -> list[Markup]:
    if len(run) == 1:
        x, value, low, high = run[0]
        return [segment(x, y(low), x, y(high), ACCENT, 5, 0.2), circle(x, y(value), 3, ACCENT)]
    around = [f"{n(x)},{n(y(high))}" for x, _, _, high in run]
    around += [f"{n(x)},{n(y(low))}" for x, _, low, _ in reversed(run)]
    path = " ".join(f"{n(x)},{n(y(value))}" for x, value, _, _ in run)
    return [
        Markup('<polygon points="{}" fill="{}" opacity="0.16"/>').format(" ".join(around), ACCENT),
        Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2"/>').format(
            path, ACCENT
        ),
        circle(run[-1][0], y(run[-1][1]), 3.4, ACCENT),
    ]


def crowd_bars(crowd: tuple[Crowd, ...]) -> Markup:
    """How many people are in each band of hours."""
    left, width, row = 150.0, 780.0, 30.0
    most = max(one.people for one in crowd)
    parts = []
    for at, one in enumerate(crowd):
        y = at * row
        length = (width - left - 60) * one.people / most
        fill = GREY if one.label.startswith("none") else ACCENT
        parts.append(words(left - 10, y + 19, one.label, anchor="end", size=13))
        parts.append(
            rect(left, y + 6, max(length, 2 if one.people else 0), 18, fill, radius=3, opacity=0.85)
        )
        parts.append(words(left + length + 8, y + 19, f"{one.people:,}", size=13, fill=MUTED))
    label = "People by mean hours a week outside the role"
    return svg(width, row * len(crowd), label, parts, fixed=False, kind="wide")


def record_bars(weeks: tuple[int | None, ...], name: str) -> Markup:
    """Records of a source by week; a week not read is an open box."""
    most = max((count for count in weeks if count), default=1)
    parts = []
    for at, count in enumerate(weeks):
        if count is None:
            parts.append(rect(at * 10 + 0.5, 4.5, 7, 17, "none", stroke=GREY))
        else:
            height = 18 * count / most
            parts.append(rect(at * 10, 22 - max(height, 1), 8, max(height, 1), GREY))
    return svg(120, 22, f"Records of {name} in each of twelve weeks", parts, kind="spark")
