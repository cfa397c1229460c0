"""Re-routed in a crisis: one day of an episode, hour by hour, one row a person.

Shown only where an episode was found; of its days the one with most hand-outs outside the role.
"""

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from reports import phrases
from reports.facts import Moved, Strip
from reports.findings import Seen
from reports.rows import in_utc
from reports.svg import ACCENT, LINE, MUTED, PAPER, circle, n, segment, svg, words

EPISODES = ("S4", "P3")
HANDED = ("assign", "reassign")
FEWEST = 2  # one ticket that changes hands is no episode
DAY = (8, 18)  # hours that are always on the strip

Row = dict[str, Any]


def strip(seen: Seen) -> Strip | None:
    """The day of this week's episodes with most hand-outs outside the role; None: no episode."""
    zone = ZoneInfo(seen.zone)
    by_day: dict[date, dict[str, Row]] = {}
    for finding in seen.rows:
        if finding["code"] not in EPISODES:
            continue
        for row in seen.traces.get(finding["finding_id"], []):
            if row["kind"] in HANDED and row["authority_class"] == "informal":
                at = in_utc(row["happened_at"]).astimezone(zone)
                by_day.setdefault(at.date(), {})[row["evidence_id"]] = {**row, "at": at}
    if not by_day:
        return None
    day = min(by_day, key=lambda one: (-len(by_day[one]), one))
    acts = sorted(by_day[day].values(), key=lambda row: (row["at"], row["evidence_id"]))
    return _strip(day, acts, seen) if len(acts) >= FEWEST else None


def _strip(day: date, acts: list[Row], seen: Seen) -> Strip:
    ids = {row["person_id"] for row in acts} | {row["target_id"] for row in acts}
    named = seen.names.in_order({one for one in ids if one in seen.known})
    places = {person: at for at, person in enumerate(named)}
    people = [seen.names[person] for person in named]
    if any(row["person_id"] not in places for row in acts):
        people.append("others")
    moved = tuple(
        Moved(
            at=row["at"].hour + row["at"].minute / 60,
            clock=f"{row['at']:%H:%M}",
            key=phrases.cut(phrases.shown(row["object_id"]) or "no key", 24),
            giver=places.get(row["person_id"], len(named)),
            taker=places.get(row["target_id"]),
        )
        for row in acts
    )
    return Strip(
        sentence=_sentence(day, acts, seen),
        day=day,
        zone=seen.zone,
        first=min(DAY[0], *(int(one.at) for one in moved)),
        last=max(DAY[1], *(int(one.at) + 1 for one in moved)),
        people=tuple(people),
        moved=moved,
    )


def _sentence(day: date, acts: list[Row], seen: Seen) -> str:
    """When, how many things changed hands, and who moved how many: the template of the section."""
    ends = f"{_clock(acts[0]['at'])}–{_clock(acts[-1]['at'])}"
    things = len({row["object_id"] for row in acts})
    counts = Counter(row["person_id"] for row in acts if row["person_id"] in seen.known)
    moved = [f"{seen.names[one]} moved {counts[one]}" for one in seen.names.in_order(set(counts))]
    who = f" ({phrases.names(moved)})" if moved else ""
    changed = phrases.counted(things, "ticket")
    return (
        f"{day.day} {phrases.MONTHS[day.month - 1]}, {ends}: {changed} changed hands "
        f"without the lead{who}."
    )


def _clock(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02d}"


LEFT, RIGHT, ROW, TOP, WIDTH = 178.0, 762.0, 34.0, 30.0, 780.0


def drawing(strip: Strip) -> Markup:
    """Hours from left to right, people from top to bottom; an arrow from who gave to who got."""
    hours = strip.last - strip.first

    def x(at: float) -> float:
        return LEFT + (at - strip.first) / hours * (RIGHT - LEFT)

    bottom = TOP + ROW * len(strip.people)
    parts = []
    for hour in range(strip.first, strip.last + 1):
        if (hour - strip.first) % 2 == 0 or hours <= 8:
            parts.append(segment(x(hour), TOP - 6, x(hour), bottom - 6, LINE))
            label = f"{hour}:00"
            parts.append(words(x(hour), 14, label, anchor="middle", size=11.5, fill=MUTED))
    for at, name in enumerate(strip.people):
        y = TOP + ROW * at + ROW / 2 - 6
        parts.append(segment(LEFT, y, RIGHT, y, LINE))
        parts.append(
            words(LEFT - 14, y + 4, phrases.cut(name, 23), anchor="end", size=12.5, full=name)
        )
    for one, place in zip(strip.moved, _apart([x(one.at) for one in strip.moved]), strict=True):
        parts.append(_arrow(one, place, strip))
    told = "Who gave work to whom in the hours of one day; the table below says the same"
    return svg(WIDTH, bottom, told, parts, fixed=False, kind="wide")


def _apart(places: list[float]) -> list[float]:
    """Places at least a mark's width from each other, in their order."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + 13) if found else place)
    over = max(0.0, (found[-1] if found else 0.0) - RIGHT)
    return [place - over for place in found] if over else found


def _arrow(one: Moved, x: float, strip: Strip) -> Markup:
    y1 = TOP + ROW * one.giver + ROW / 2 - 6
    giver = strip.people[one.giver]
    taker = strip.people[one.taker] if one.taker is not None else "somebody not named here"
    title = Markup("<title>{}</title>").format(f"{one.clock} {one.key}: {giver} to {taker}")
    mark = circle(x, y1, 5.2, ACCENT, PAPER)
    if one.taker is None or one.taker == one.giver:
        return Markup("<g>{}{}</g>").format(title, mark)
    y2 = TOP + ROW * one.taker + ROW / 2 - 6
    down = 1 if y2 > y1 else -1
    line = Markup(
        '<path d="M{} {} V{}" fill="none" stroke="{}" stroke-width="2.2"'
        ' stroke-dasharray="0.1 4.6" stroke-linecap="round"/>'
    ).format(n(x), n(y1 + 8 * down), n(y2 - 10 * down), ACCENT)
    head = Markup('<path d="M{} {} l-4.5 {} h9 z" fill="{}"/>').format(
        n(x), n(y2 - 1 * down), n(-9 * down), ACCENT
    )
    return Markup("<g>{}{}{}{}</g>").format(title, line, head, mark)
