"""What is published for readers: CONTRACT 6, with comments, units and what each store may show.

Tables of sources that are not read exist all the same, empty, so that a question written today runs
tomorrow.
"""

import dataframely as dy

from models.tables import columns as c
from models.tables.metrics import (
    AreaOwnersSchema,
    AreasSchema,
    CoverageSchema,
    LeadTiesSchema,
    PersonWeeksSchema,
    TeamWeeksSchema,
)
from models.tables.table import Table

FINDING_CODES = [
    *(f"S{n}" for n in range(1, 9)),
    *(f"D{n}" for n in range(1, 7)),
    *(f"P{n}" for n in range(1, 9)),
    "L1",
    "W1",
    "W2",
    "E1",
    "E2",
    "E3",
]


class ActsSchema(dy.Schema):
    act_id = c.text("Id of the act", key=True, ops="renumbered")
    happened_at = c.moment("Moment of the act; in git, when the commit landed", ops="week")
    week = c.day(c.WEEK)
    kind = c.label(c.KINDS, "Kind of act")
    actor_id = c.text("Who did it; null: an account of nobody", nullable=True, ops="pseudonym")
    target_id = c.text("Whose work; null when several", nullable=True, ops="absent")
    target_count = c.count("People led by it")
    object_kind = c.text("On what: ticket, code_review, commit, meeting")
    object_id = c.text("The source's own id", nullable=True, ops="absent")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope", nullable=True)
    scope_id = c.text("Narrowest scope; in git the one with most files", nullable=True)
    team_id = c.text("The actor's team at that moment", nullable=True)
    authority = c.label(
        c.AUTHORITIES, "Under which authority: as now, or as known if recorded late"
    )
    authority_class = c.label(c.AUTHORITY_CLASSES, "Class of the authority")
    authority_as_known = c.label(c.AUTHORITIES, "By the records known 14 days after the act")
    authority_as_now = c.label(c.AUTHORITIES, "By all records known today")
    is_recorded_late = c.truth("Whether records that came later than 14 days change the authority")
    rule = c.text("Number of the deciding rule and its reason, such as 7 absent")
    confidence = c.number(
        "Identity x scope x freshness; below 0.6 the act is unknown", "share", high=1
    )
    minutes = c.number(
        "Expected minutes of the act alone; null: excluded", "minutes", nullable=True
    )
    minutes_low = c.number("5th percentile of minutes", "minutes", nullable=True)
    minutes_high = c.number("95th percentile of minutes", "minutes", nullable=True)
    is_after_hours = c.truth(
        "Whether it lies outside the working pattern; null: its moment is not the actor's own",
        nullable=True,
    )
    source = c.text("Name of the source")
    evidence_url = c.text("Link to the trace", nullable=True, ops="absent")


class ActTargetsSchema(dy.Schema):
    act_id = c.text("Act", key=True, ops="renumbered")
    target_id = c.text("Person led", key=True, ops="absent")


class FindingsSchema(dy.Schema):
    finding_id = c.text("Id", key=True)
    code = c.label(FINDING_CODES, "Sign, driver, pressure point, load, watch or escalation")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope", nullable=True)
    scope_id = c.text("The scope", nullable=True)
    team_id = c.text("Team", nullable=True)
    person_id = c.text("Person, where the finding is about one", nullable=True, ops="pseudonym")
    window_start = c.day("First day looked at")
    window_end = c.day("Last day looked at")
    value = c.number("What was measured, in unit", "see unit", nullable=True, low=None)
    value_low = c.number("5th percentile of value", "see unit", nullable=True, low=None)
    value_high = c.number("95th percentile of value", "see unit", nullable=True, low=None)
    unit = c.text("Unit of value and threshold")
    threshold = c.number("From where on it is a finding", "see unit", nullable=True, low=None)
    act_count = c.count("Acts it rests on", nullable=True)
    status = c.label(["emerging", "established", "not_assessable"], "How far it is sure")
    sentence = c.text("The finding in words", ops="absent")


class FindingEvidenceSchema(dy.Schema):
    finding_id = c.text("Finding", key=True)
    evidence_kind = c.label(["act", "request", "skipped_step", "meeting"], "What it is", key=True)
    evidence_id = c.text("Its id", key=True, ops="absent")


class RequestsSchema(dy.Schema):
    request_id = c.text("Id", key=True, ops="renumbered")
    holder_id = c.text("Who was asked", nullable=True, ops="absent")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope")
    asked_at = c.moment("When asked", ops="week")
    answered_at = c.moment("First event of the holder on that object", nullable=True, ops="week")
    waited_hours = c.number(
        "The holder's working hours until answered, taken away or data end; null: not known",
        "hours",
        nullable=True,
    )
    is_open = c.truth("Whether it still waits; neither open nor answered: others took it away")


class SkippedStepsSchema(dy.Schema):
    object_id = c.text("Ticket", key=True, ops="absent")
    step = c.text("Required status passed over", key=True)
    skipped_at = c.moment("When", key=True, ops="week")
    assigned_by_act_id = c.text("Act that assigned the ticket", nullable=True, ops="renumbered")


class MovesSchema(dy.Schema):
    move_id = c.text("Id", key=True)
    code = c.label([f"M{n}" for n in range(1, 11)], "Which move")
    position = c.count("Order on the page, from 1")
    finding_ids = c.texts("Findings that triggered it")
    team_id = c.text("Team", nullable=True)
    sentence = c.text("The recommendation", ops="absent")
    first_step = c.text("A reversible first step", ops="absent")
    check_metric = c.text("What should change")
    review_on = c.day("When to look again")
    answer = c.text("What the reader answered", nullable=True)
    effect = c.text("What changed since", nullable=True, ops="absent")


class OwnerDraftsSchema(dy.Schema):
    move_id = c.text("Move that proposes to publish owners", key=True)
    object_id = c.text("The source's own id of what is to have an owner", key=True, ops="absent")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope")
    wording = c.text("Suggested wording", ops="absent")
    owner_id = c.text("Owner: blank, to be confirmed by people", nullable=True, ops="absent")


class PeopleSchema(dy.Schema):
    person_id = c.text("Person: people.csv's id, or a keyed digest", key=True, ops="pseudonym")
    name = c.text("Name", nullable=True, ops="named")
    email = c.text("Address", nullable=True, ops="absent")
    title = c.text("Title", nullable=True, ops="absent")
    team_id = c.text("Team", nullable=True)


class TeamsSchema(dy.Schema):
    team_id = c.text("Team", key=True)
    name = c.text("Name")
    parent_team_id = c.text("Team above", nullable=True)


class ReportingLinesSchema(dy.Schema):
    person_id = c.text("Who reports", key=True)
    manager_id = c.text("To whom", key=True)
    line_type = c.label(["solid", "dotted"], "Solid: the line; dotted: this direct report only")
    valid_from = c.moment("First moment at which it holds", key=True)
    valid_to = c.moment("Moment from which it holds no more; null: open", nullable=True)
    recorded_at = c.moment("When it came to be known", key=True)


class MandatesSchema(dy.Schema):
    mandate_id = c.text("Id of the record", key=True)
    holder_type = c.label(["person", "team", "rota"], "Who may hold it")
    holder_id = c.text("Person, team or rota", ops="absent")
    mandate_kind = c.text("Kind, such as component_lead, code_owner, deputy")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope")
    act_kinds = c.text("Kinds of act, separated by ';'; empty: all")
    compensated = c.label(["none", "time", "pay"], "What is given for it", nullable=True)
    time_budget_hours_week = c.number("Hours a week set aside for it", "hours/week", nullable=True)
    valid_from = c.moment("First moment at which it holds", key=True)
    valid_to = c.moment("Moment from which it holds no more; null: open", nullable=True)
    recorded_at = c.moment("When it came to be known", key=True)
    confirmed_on = c.day("When somebody last confirmed it", nullable=True)


class AboutSchema(dy.Schema):
    run_id = c.text("Run that published", key=True)
    published_at = c.moment("When the run began to publish")
    data_until = c.moment("Acts before this moment are in")
    method_version = c.text("Version of the method and its thresholds")
    settings_digest = c.text("Digest of the settings, to tell when they changed")


class DictionarySchema(dy.Schema):
    object = c.text("Table, view or macro", key=True)
    column = c.text("Column; empty: the object itself", key=True)
    type = c.text("Type")
    unit = c.text("Unit")
    text = c.text("Meaning, range, and what this store may not show")


class ExamplesSchema(dy.Schema):
    name = c.text("Name for dottedline query --example", key=True)
    question = c.text("Question in words")
    sql = c.text("Query that answers it")


ACTS = Table(
    "mart.acts",
    ActsSchema,
    "one leadership act",
    "Who did what, under which authority, at what cost",
    week="week",
    audience="ops",
)
ACT_TARGETS = Table(
    "mart.act_targets",
    ActTargetsSchema,
    "one act and person led",
    "People led by each act",
    audience="restricted",
)
PERSON_WEEKS = Table(
    "mart.person_weeks",
    PersonWeeksSchema,
    "one person and week",
    "Load of a person in a week",
    week="week",
    audience="ops",
)
TEAM_WEEKS = Table(
    "mart.team_weeks",
    TeamWeeksSchema,
    "one team and week",
    "Load of a team in a week",
    week="week",
    audience="ops",
)
FINDINGS = Table(
    "mart.findings",
    FindingsSchema,
    "one sign, driver, pressure point, watch or escalation",
    "What was found",
    audience="ops",
)
FINDING_EVIDENCE = Table(
    "mart.finding_evidence",
    FindingEvidenceSchema,
    "one finding and what it rests on",
    "Evidence",
    audience="restricted",
)
REQUESTS = Table(
    "mart.requests",
    RequestsSchema,
    "one thing asked of a holder",
    "How long holders take",
    audience="ops",
)
SKIPPED_STEPS = Table(
    "mart.skipped_steps",
    SkippedStepsSchema,
    "one required step passed over",
    "Required steps skipped",
    audience="ops",
)
MOVES = Table("mart.moves", MovesSchema, "one recommendation", "What helps", audience="ops")
OWNER_DRAFTS = Table(
    "mart.owner_drafts",
    OwnerDraftsSchema,
    "one object whose owner is to be published",
    "Drafts of owner tables, owners blank to confirm",
    audience="restricted",
)
AREAS = Table(
    "mart.areas",
    AreasSchema,
    "one area and week",
    "Who leads an area in practice",
    week="week",
    audience="ops",
)
AREA_OWNERS = Table(
    "mart.area_owners",
    AreaOwnersSchema,
    "one area, week and published owner",
    "Who owns an area",
    week="week",
    audience="restricted",
)
LEAD_TIES = Table(
    "mart.lead_ties",
    LeadTiesSchema,
    "one actor, target and week",
    "Who led whom over 8 weeks",
    week="week",
    audience="restricted",
)
PEOPLE = Table(
    "mart.people", PeopleSchema, "one person", "People as this store may show them", audience="ops"
)
TEAMS = Table("mart.teams", TeamsSchema, "one team", "Teams", audience="ops")
REPORTING_LINES = Table(
    "mart.reporting_lines",
    ReportingLinesSchema,
    "one reporting line",
    "Who reports to whom",
    audience="restricted",
)
MANDATES = Table(
    "mart.mandates", MandatesSchema, "one mandate", "The register as judged by", audience="ops"
)
COVERAGE = Table(
    "mart.coverage",
    CoverageSchema,
    "one source and week",
    "What was read, and what is missing",
    audience="ops",
)
ABOUT = Table(
    "mart.about", AboutSchema, "the publication", "How fresh this file is", audience="ops"
)
DICTIONARY = Table(
    "mart.dictionary", DictionarySchema, "one column", "Meaning of every column", audience="ops"
)
EXAMPLES = Table(
    "mart.examples",
    ExamplesSchema,
    "one of ten queries that run",
    "Questions to start from",
    audience="ops",
)

MART = [
    ACTS,
    ACT_TARGETS,
    PERSON_WEEKS,
    TEAM_WEEKS,
    FINDINGS,
    FINDING_EVIDENCE,
    REQUESTS,
    SKIPPED_STEPS,
    MOVES,
    OWNER_DRAFTS,
    AREAS,
    AREA_OWNERS,
    LEAD_TIES,
    PEOPLE,
    TEAMS,
    REPORTING_LINES,
    MANDATES,
    COVERAGE,
    ABOUT,
    DICTIONARY,
    EXAMPLES,
]
