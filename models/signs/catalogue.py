"""What each sign asks, and what makes it one, in words made of the thresholds that decide."""

from dataclasses import dataclass

from models.signs import crisis_reallocation as s4
from models.signs import saturated_holder as d3
from models.signs import skipped_steps as w2
from models.signs import slow_decisions as p2
from models.signs.attended import INPUT_HOURS
from models.signs.windows import RELEASE_WORKING_DAYS, SURGE_SDS, WEEKS
from models.tables.signs import USUAL_WEEKS


@dataclass(frozen=True)
class About:
    """A sign in words: its question, the figure, what decides, and what it does not say."""

    name: str
    question: str
    figure: str
    rule: str
    limits: str


ABOUT: dict[str, About] = {
    s4.CODE: About(
        name="Work re-routed in a crisis",
        question="Who moves work in a crisis?",
        figure="Share of the assignments of the window that recorded roles do not cover and in "
        f"which nobody who holds them, nor a line manager, took part within {INPUT_HOURS:.0f} of "
        "their working hours.",
        rule=f"At least {s4.FEWEST_ACTS} assignments, {s4.FEWEST_PEOPLE} people given work, and a "
        f"probability above {s4.SURE:g} that the share is above that of the "
        f"{s4.BASELINE_WEEKS} weeks before (Beta(.5, .5) posteriors). Names who made "
        f"{s4.LEADS_ACTS} and {100 * s4.LEADS_SHARE:.0f} % of them.",
        limits="Asking the owner, hand-offs of the workflow and what is unknown count nowhere. "
        "Oral instructions leave no trace. Of one event, so never more than emerging.",
    ),
    p2.CODE: About(
        name="Slow central decisions",
        question="How long do holders take to answer?",
        figure="Median working hours to the first answer, who still waits counted as waiting "
        "(Kaplan-Meier).",
        rule=f"At least {p2.FEWEST_REQUESTS} requests, and a median of {p2.TIMES:g} times that of "
        f"the {USUAL_WEEKS} weeks before, of requests closed before the window begins. In a plain "
        f"window the requests must lie in {p2.FEWEST_WEEKS} weeks; established where it was so in "
        "the eight weeks before as well.",
        limits="Answers given orally or in chat are not seen. Items assigned to nobody are no "
        "request to a holder.",
    ),
    d3.CODE: About(
        name="A holder's week full of meetings (context)",
        question="Is whoever holds it saturated?",
        figure="Hours in meetings, in the fullest week of the window.",
        rule=f"More than {100 * d3.MOST_SHARE:.0f} % of the working pattern, beside a median of "
        f"the {USUAL_WEEKS} weeks before of which {d3.FEWEST_WEEKS} are there. Told only beside S4 "
        "or P2.",
        limits="Calendars show invitations, not attendance. To the person and their line manager "
        "only.",
    ),
    w2.CODE: About(
        name="A required step skipped",
        question="Are required steps passed over?",
        figure="Tickets that came to the later status without the required one.",
        rule=f"At least {w2.FEWEST_SKIPPED} tickets. How tickets were given out is compared by "
        f"group (Fisher's exact test, p below {w2.LINKED:g}), never by person.",
        limits="Says nothing of why; who assigned a ticket is not said to have caused it.",
    ),
}
DECLARED = (
    f"A release is looked at from {RELEASE_WORKING_DAYS} working days (Monday to Friday) before "
    "the last day of its record to that day; an incident from beginning to end, of a longer one "
    "the last eight weeks. Windows of one scope that overlap are one."
)
SURGE = (
    f"A surge (for S4) is a week in which a project got more than {SURGE_SDS:g} robust standard "
    "deviations more new tickets than in the 26 weeks before, 8 of them at least, and that meets "
    "no declared window."
)
PLAIN = (
    f"Otherwise the {WEEKS} weeks to a week count, less what lies in a declared window: that is "
    "told of there."
)
WINDOWS = (DECLARED, SURGE, PLAIN)
