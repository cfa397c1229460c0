"""Headline and lede: the one change that matters most, or why nothing is said.

Each is a template; the first whose condition holds is taken.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from reports import phrases
from reports.carriers import departs
from reports.facts import Allowed, Bar, Carrier, Certainty, Stage, Usual

LEARNING = 2  # weeks before anything is compared
WHOLE = 0.95  # what was not read must not look like a relief
EARLY = 8  # weeks before a sign can be assessed


@dataclass(frozen=True)
class Story:
    """What headline and lede are chosen from.

    `led` is the area of the one named, if any; `told` what a finding says of a whole window.
    """

    week: date
    weeks_seen: int
    stage: Stage
    allowed: Allowed
    certainty: Certainty
    now: Bar
    usual: Usual | None
    leader: Carrier | None
    led: str | None
    two: tuple[str, tuple[str, ...]] | None
    gaps: int
    is_manager: bool
    told: str | None = None


def furthest(carriers: tuple[Carrier, ...]) -> Carrier | None:
    """The person furthest above their own usual, the first by name among equals; None: nobody."""
    above = [one for one in carriers if one.departs == "above" and one.value and one.usual]
    return max(above, key=lambda one: (one.value or 0) - (one.usual or (0, 0))[1], default=None)


def comparing_from(story: Story) -> date:
    """The Monday on which comparisons start."""
    return story.week + timedelta(weeks=max(0, LEARNING + 1 - story.weeks_seen))


def assessable_from(week: date, weeks_seen: int) -> date:
    """The Monday of the page on which signs can be assessed."""
    return week + timedelta(weeks=max(0, EARLY - weeks_seen))


def headline(story: Story) -> str:
    """One sentence."""
    closed = _closed(story)
    if closed:
        return closed[0]
    if story.told:
        return story.told
    if story.stage != "full":
        return _first_weeks(story)
    if story.leader is not None:
        if story.led is None:
            return f"{story.leader.name} led more than usual outside the recorded role this week."
        return f"{story.leader.name} led {story.led} this week. This is outside the recorded role."
    change = _change(story)
    if change:
        more = "More" if change == "above" else "Less"
        return f"{more} leading work than usual fell outside the recorded role."
    if story.is_manager and story.allowed.people:
        return "A usual week: no one led far outside the role."
    return "A usual week: leading work outside the role is where it usually is."


def _first_weeks(story: Story) -> str:
    if story.stage == "learning":
        return f"Week {story.weeks_seen} of {LEARNING}: still learning what is usual here"
    return f"Week {story.weeks_seen} of {EARLY}: early figures, in bands"


def _change(story: Story) -> str:
    now = story.now
    if now.total is None or now.low is None or now.high is None:
        return ""
    change = departs(now.total, now.low, now.high, story.usual)
    is_whole = all(source.is_complete for source in story.certainty.sources)
    is_whole = is_whole and story.certainty.readable > WHOLE
    return "" if change == "below" and not is_whole else change


def _closed(story: Story) -> tuple[str, str] | None:
    """Headline and lede where nothing may be claimed; None where something may."""
    if story.certainty.grade == "D":
        few = "Too few acts meet a recorded owner to tell inside from outside a role."
        gaps = phrases.counted(story.gaps, "area has", "areas have")
        begin = f" {gaps} no published owner: the list below is where to begin."
        return "Fix the register first", few + (begin if story.gaps else "")
    if not story.allowed.claims:
        return (
            "Too little was readable to say",
            (
                f"About {phrases.percent(story.certainty.readable)} of this week could be read; "
                "from 60 % on the page says what happened. See “How sure is this” for what to mend."
            ),
        )
    if not story.allowed.hours:
        return "Too few people for totals", story.allowed.closed_because
    if story.now.total is None and story.now.is_read:
        return (
            "Too few people acted for totals",
            "The week was read, but a total would be that of a few people, so none is shown.",
        )
    if story.now.total is None:
        return (
            "Too little was readable to say",
            "No hours of this week can be shown. What to mend is under “How sure is this”.",
        )
    return None


def lede(story: Story) -> str:
    """Total, range, usual, and who carried most of it where the reader may know."""
    closed = _closed(story)
    if closed:
        return closed[1]
    words = [_total(story)]
    if story.stage == "learning":
        start = phrases.day(comparing_from(story))
        words.append(f"Figures are shown, comparisons start on {start}.")
    if story.stage == "early":
        start = phrases.day(assessable_from(story.week, story.weeks_seen))
        words.append(f"Signs can be assessed from {start}.")
    if story.two and story.stage == "full":
        share, people = story.two
        words.append(f"Over 8 weeks, {phrases.names(people)} carried {share} of it.")
    return " ".join(words)


def _total(story: Story) -> str:
    now = story.now
    if not now.total or now.low is None or now.high is None:
        counted = phrases.counted(story.certainty.act_count or 0, "act")
        return f"No leading work outside the role was found this week, among {counted} counted."
    usual = ""
    if story.usual and story.stage != "learning":
        usual = f"; a usual week has {phrases.usual_words(*story.usual)}"
    came = f"hours of leading work came from people without the role{usual}."
    if story.stage != "full":
        band = phrases.band_words(*phrases.band(now.total, is_total=True)).removesuffix(" h")
        return f"{band.capitalize()} {_hours_of(band, came)}"
    if phrases.is_banded(now.total, now.low, now.high):
        low, high = (phrases.number(phrases.half(edge)) for edge in (now.low, now.high))
        return f"Between {low} and {high} {came}"
    about = phrases.hours(now.total).removesuffix(" h")
    start = about.capitalize() if about.startswith("under") else f"About {about}"
    noun = "hour" if about == "1" else "hours"
    return f"{start} {noun} ({phrases.span(now.low, now.high)}) {came.removeprefix('hours ')}"


def _hours_of(count: str, came: str) -> str:
    return came.replace("hours", "hour", 1) if count == "under 1" else came
