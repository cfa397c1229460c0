"""What the work costs and who carries it, by person, team and area."""

import dataframely as dy

from models.tables import columns as c
from models.tables.authority import JudgedActsSchema
from models.tables.table import Table

LOW = "5th percentile"
HIGH = "95th percentile"


class ActEffortsSchema(JudgedActsSchema):
    week = c.day(c.WEEK)
    minutes = c.number(
        "Expected minutes of the act alone; null: excluded", "minutes", nullable=True
    )
    minutes_low = c.number(f"{LOW} of minutes", "minutes", nullable=True)
    minutes_high = c.number(f"{HIGH} of minutes", "minutes", nullable=True)
    credited_minutes = c.number("Minutes left when overlaps are counted once", "minutes")
    held_minutes = c.number("Those of them that are a meeting's own time", "minutes")
    is_after_hours = c.truth(
        "Whether it lies outside the working pattern; null: its moment is not the actor's own",
        nullable=True,
    )
    after_hours_minutes = c.number("Credited minutes outside the working pattern", "minutes")
    evidence_url = c.text("Link to the trace", nullable=True, ops="absent")


class HeldMeetingsSchema(dy.Schema):
    act_id = c.text("Act of convening it", key=True)
    utc_week = c.day(c.UTC_WEEK)
    is_series = c.truth("Whether it is one of a series, which takes less to organise")
    clock_minutes = c.number("Minutes it was to take", "minutes")
    attended_share = c.number(
        "Part of its time that organising it costs: all of it as attended, or what comes on top of "
        "attending",
        "share",
        high=1,
    )


class MeetingWeeksSchema(dy.Schema):
    person_id = c.text("Person", key=True)
    week = c.day(c.WEEK, key=True)
    meeting_hours = c.number("Hours in meetings, overlaps counted once", "hours")


class RequestWaitsSchema(dy.Schema):
    request_id = c.text("Id", key=True, ops="renumbered")
    kind = c.label(
        ["mention", "review_request", "assignment", "co_host", "unassigned"], "How asked"
    )
    holder_id = c.text("Who was asked", ops="absent")
    object_id = c.text("On what", ops="absent")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope")
    scope_chain = c.text("All scopes it lies in")
    asked_at = c.moment("When asked", ops="week")
    answered_at = c.moment("First event of the holder on that object", nullable=True, ops="week")
    waited_hours = c.number(
        "The holder's working hours until answered, taken away or data end; null: not known",
        "hours",
        nullable=True,
    )
    is_open = c.truth("Whether it still waits; neither open nor answered: others took it away")
    utc_week = c.day(c.UTC_WEEK)


class PresentWeeksSchema(dy.Schema):
    person_id = c.text("Person", key=True)
    week = c.day(c.WEEK, key=True)
    team_id = c.text("Team that week", nullable=True)
    contract_hours = c.number("Contract hours of the week less absence", "hours", nullable=True)
    present_days = c.number("Working days present", "days", nullable=True, high=7)
    is_observed = c.truth("Whether the week was read and the person may be measured")


class HiddenMinutesSchema(dy.Schema):
    person_id = c.text("Person", key=True)
    week = c.day(c.WEEK, key=True)
    kind = c.label(c.KINDS, "Kind of act", key=True)
    team_id = c.text("Team that week", nullable=True)
    minutes = c.number("Informal minutes and excess over the fair share", "minutes")
    held_minutes = c.number("Those of them that are a meeting's own time", "minutes")
    excess_minutes = c.number("Excess over the fair share among them", "minutes")
    variance = c.number("What acts share with no other act", "minutes squared")
    informal_act_count = c.count("Informal acts")


class PersonWeeksSchema(dy.Schema):
    person_id = c.text("Person", key=True, ops="pseudonym")
    week = c.day(c.WEEK, key=True)
    team_id = c.text("Team that week", nullable=True)
    hidden_hours = c.number("Informal hours and excess over the fair share", "hours", nullable=True)
    hidden_hours_low = c.number(f"{LOW} of hidden_hours", "hours", nullable=True)
    hidden_hours_high = c.number(f"{HIGH} of hidden_hours", "hours", nullable=True)
    hidden_hours_8w = c.number(
        "Mean hidden_hours of the observed weeks of the 8 to this one", "hours", nullable=True
    )
    hidden_hours_8w_low = c.number(f"{LOW} of hidden_hours_8w", "hours", nullable=True)
    hidden_hours_8w_high = c.number(f"{HIGH} of hidden_hours_8w", "hours", nullable=True)
    excess_hours = c.number(
        "Hours of reviews above the fair share; null: no fair share here", "hours", nullable=True
    )
    deliberate_hours = c.number("Delegated and shared hours", "hours", nullable=True)
    unfunded_hours = c.number("Deliberate hours without time or pay", "hours", nullable=True)
    ordinary_hours = c.number("Hours of baseline duties", "hours", nullable=True)
    formal_hours = c.number("Hours under a line or a mandate", "hours", nullable=True)
    unknown_hours = c.number("Hours whose authority is not known", "hours", nullable=True)
    after_hours_hours = c.number(
        "Informal hours outside the working pattern", "hours", nullable=True
    )
    meeting_hours = c.number("Hours in meetings; null: no calendar read", "hours", nullable=True)
    act_count = c.count("Acts not excluded", nullable=True)
    contract_hours = c.number("Contract hours of the week less absence", "hours", nullable=True)
    present_days = c.number("Working days present", "days", nullable=True, high=7)
    is_observed = c.truth("Whether the week was read and the person may be measured")
    evidence_grade = c.label(c.GRADES, "Grade of the register behind it", nullable=True)


class TeamWeeksSchema(dy.Schema):
    team_id = c.text("Team; empty: everybody, in the restricted store only", key=True)
    week = c.day("Monday of the week", key=True)
    people_count = c.count("People in the team that week", nullable=True)
    hidden_hours = c.number("Hidden hours of its people", "hours", nullable=True)
    hidden_hours_low = c.number(f"{LOW} of hidden_hours", "hours", nullable=True)
    hidden_hours_high = c.number(f"{HIGH} of hidden_hours", "hours", nullable=True)
    top_share = c.number(
        "Share of informal acts, over 8 weeks, of the one with most; null below 20 acts",
        "share",
        nullable=True,
        high=1,
    )
    gini_excess = c.number(
        "Gini of informal acts over 8 weeks above its noise floor, (G - G0) / (1 - G0); null: "
        "fewer than 5 people or 20 acts",
        "share",
        nullable=True,
        low=None,
        high=1,
    )
    informal_share = c.number(
        "Informal share of acts with known authority", "share", nullable=True, high=1
    )
    act_count = c.count("Acts not excluded", nullable=True)
    is_observed = c.truth("Whether the week was read")
    evidence_grade = c.label(c.GRADES, "Grade of the register behind it", nullable=True)


class RegisterWeeksSchema(dy.Schema):
    team_id = c.text("Team of the actors; empty: all, or people of no team", key=True)
    week = c.day("Monday of the week", key=True)
    targeted_count = c.count("Human, targeted acts of the 8 weeks")
    resolved_share = c.number(
        "Share whose scope has a holder or an explicit no_owner", "share", nullable=True, high=1
    )
    stale_share = c.number(
        "Share of the resolved whose mandates are stale", "share", nullable=True, high=1
    )
    grade = c.label(c.GRADES, "METHOD 2.2, register gates", nullable=True)


class AreasSchema(dy.Schema):
    scope_type = c.label(c.SCOPE_TYPES, "Kind of area", key=True)
    scope_id = c.text("Area", key=True)
    week = c.day("Monday of the week", key=True)
    leader_id = c.text(
        "Leads most over the 52 weeks before, owners included", nullable=True, ops="absent"
    )
    leader_share = c.number("Share of the acts there", "share", nullable=True, high=1)
    candidate_id = c.text(
        "The same among those without a mandate there", nullable=True, ops="absent"
    )
    act_count = c.count("Acts there over the 52 weeks")
    informal_share = c.number(
        "Share of them by people without a mandate there", "share", nullable=True, high=1
    )
    match = c.label(["matches", "differs", "no_owner", "too_few"], "Owner beside leader")


class AreaOwnersSchema(dy.Schema):
    scope_type = c.label(c.SCOPE_TYPES, "Kind of area", key=True)
    scope_id = c.text("Area", key=True)
    week = c.day("Monday of the week", key=True)
    owner_id = c.text("Published owner", key=True, ops="absent")


class LeadTiesSchema(dy.Schema):
    actor_id = c.text("Who led", key=True, ops="absent")
    target_id = c.text("Whom", key=True, ops="absent")
    week = c.day("Monday of the last of the 8 weeks", key=True)
    act_count = c.count("Acts over 8 weeks, 3 or more")
    informal_act_count = c.count("Informal ones among them")
    hours = c.number("Credited hours over 8 weeks", "hours")


class CoverageSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    week = c.day("Monday of the week", key=True)
    records = c.count("Records of the week", nullable=True)
    last_sync_at = c.moment("Last time it was read", nullable=True)
    is_complete = c.truth("Whether nothing is known to be missing")
    problem = c.text("What is missing and what to do", nullable=True)


WEEKS_52 = 52
WEEKS_8 = 7

HELD_MEETINGS = Table(
    "metrics.held_meetings",
    HeldMeetingsSchema,
    "one act of convening",
    "What the time of a meeting counts for whoever convened it",
    week="utc_week",
)
MEETING_WEEKS = Table(
    "metrics.meeting_weeks",
    MeetingWeeksSchema,
    "one person and week with a meeting",
    "Time in meetings, of those whose calendar was read",
    week="week",
    weeks_back=1,
    weeks_ahead=1,
)
REQUESTS = Table(
    "metrics.requests",
    RequestWaitsSchema,
    "one thing asked of a holder",
    "How long holders take",
    week="utc_week",
    weeks_ahead=26,  # what is open waits on, night by night; what is older stays as it was
)
ACTS = Table(
    "metrics.acts",
    ActEffortsSchema,
    "one act",
    "Acts with their minutes, overlaps counted once",
    week="utc_week",
    weeks_back=1,
    weeks_ahead=1,
)
REGISTER_WEEKS = Table(
    "metrics.register_weeks",
    RegisterWeeksSchema,
    "one team and week",
    "How much of what happened the register of owners can explain",
    week="week",
    weeks_back=8,
    weeks_ahead=1,
)
PRESENT_WEEKS = Table(
    "metrics.present_weeks",
    PresentWeeksSchema,
    "one person and week",
    "Who was there, and whether the week was read",
    week="week",
    weeks_back=8,
    weeks_ahead=1,
)
HIDDEN_MINUTES = Table(
    "metrics.hidden_minutes",
    HiddenMinutesSchema,
    "one person, week and kind of act",
    "Hidden minutes, before they are added up",
    week="week",
    weeks_back=8,
    weeks_ahead=1,
)
PERSON_WEEKS = Table(
    "metrics.person_weeks",
    PersonWeeksSchema,
    "one person and week",
    "Load of a person in a week",
    week="week",
    weeks_back=8,
    weeks_ahead=1,
)
TEAM_WEEKS = Table(
    "metrics.team_weeks",
    TeamWeeksSchema,
    "one team and week",
    "Load of a team in a week",
    week="week",
    weeks_back=8,
    weeks_ahead=1,
)
AREAS = Table(
    "metrics.areas",
    AreasSchema,
    "one area and week",
    "Who leads an area in practice",
    week="week",
    weeks_back=53,
    weeks_ahead=1,
)
AREA_OWNERS = Table(
    "metrics.area_owners",
    AreaOwnersSchema,
    "one area, week and published owner",
    "Who owns an area by the register",
    week="week",
    weeks_back=53,
    weeks_ahead=1,
)
LEAD_TIES = Table(
    "metrics.lead_ties",
    LeadTiesSchema,
    "one actor, target and week",
    "Who led whom over 8 weeks",
    week="week",
    weeks_back=8,
    weeks_ahead=1,
)
COVERAGE = Table(
    "metrics.coverage", CoverageSchema, "one source and week", "What was read, and what is missing"
)

METRICS = [
    HELD_MEETINGS,
    MEETING_WEEKS,
    REQUESTS,
    ACTS,
    REGISTER_WEEKS,
    PRESENT_WEEKS,
    HIDDEN_MINUTES,
    PERSON_WEEKS,
    TEAM_WEEKS,
    AREAS,
    AREA_OWNERS,
    LEAD_TIES,
    COVERAGE,
]
