"""Shapes of inline SVG: colours as names in attributes, numbers to a tenth, texts escaped.

Colours stand in attributes as `var(--…)`, so that one drawing serves light, dark and, with the
names replaced, paper. Every text and title is escaped by `Markup`.
"""

from collections.abc import Iterable

from markupsafe import Markup

ACCENT, GREY, SOFT, LINE, INK, MUTED, PAPER = (
    f"var(--{name})" for name in ("accent", "grey", "soft", "line", "ink", "muted", "paper")
)


def svg(
    width: float,
    height: float,
    label: str,
    parts: Iterable[Markup],
    *,
    fixed: bool = True,
    kind: str = "",
) -> Markup:
    """An image with a name for those who do not see it; `fixed` keeps its size in pixels."""
    size = Markup(' width="{}" height="{}"').format(n(width), n(height)) if fixed else Markup("")
    return Markup(
        '<svg viewBox="0 0 {} {}"{} class="{}" role="img" aria-label="{}">{}</svg>'
    ).format(
        n(width),
        n(height),
        size,
        kind or "mark",
        label,
        Markup("<title>{}</title>").format(label) + Markup("").join(parts),
    )


def n(value: float) -> str:
    """A coordinate to a tenth of a pixel: the same text for the same drawing everywhere."""
    return f"{value:.1f}".removesuffix(".0")


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    fill: str,
    *,
    radius: float = 0,
    opacity: float = 1,
    stroke: str = "none",
) -> Markup:
    """A rectangle."""
    return Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}" opacity="{}" stroke="{}"/>'
    ).format(n(x), n(y), n(max(width, 0)), n(height), n(radius), fill, n2(opacity), stroke)


def n2(value: float) -> str:
    """An opacity to a hundredth."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def segment(
    x1: float,
    y1: float,
    x2: float,
    y2: float,
    stroke: str,
    width: float = 1,
    opacity: float = 1,
    dash: str = "none",
) -> Markup:
    """A straight line."""
    return Markup(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke="{}" stroke-width="{}" opacity="{}"'
        ' stroke-dasharray="{}" stroke-linecap="round"/>'
    ).format(n(x1), n(y1), n(x2), n(y2), stroke, n(width), n2(opacity), dash)


def circle(x: float, y: float, radius: float, fill: str, stroke: str = "none") -> Markup:
    """A circle; stroke is for hollow ones."""
    return Markup(
        '<circle cx="{}" cy="{}" r="{}" fill="{}" stroke="{}" stroke-width="1.8"/>'
    ).format(n(x), n(y), n(radius), fill, stroke)


def words(
    x: float,
    y: float,
    text: str,
    *,
    anchor: str = "start",
    size: float = 12,
    fill: str = INK,
    weight: int = 400,
    halo: bool = False,
    full: str = "",
) -> Markup:
    """A text; `halo` draws the paper's colour around it where lines cross; `full` is on hover."""
    title = Markup("<title>{}</title>").format(full) if full and full != text else Markup("")
    place = Markup('x="{}" y="{}" text-anchor="{}" font-size="{}" font-weight="{}"').format(
        n(x), n(y), anchor, n(size), weight
    )
    around = (
        Markup(
            '<text {} fill="{}" stroke="{}" stroke-width="4" stroke-linejoin="round"'
            ' aria-hidden="true">{}</text>'
        ).format(place, PAPER, PAPER, text)
        if halo
        else Markup("")
    )
    return around + Markup('<text {} fill="{}">{}{}</text>').format(place, fill, text, title)
