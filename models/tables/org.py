"""The formal side: people, teams, lines, mandates and scopes, all dated.

Dates of org files are turned to UTC moments once, at 00:00 in the company's zone. Intervals are
half-open; an open end is null. `recorded_at` is when a record came to be known, `superseded_at`
when a run first saw it changed or gone (null: it still stands).
"""

import dataframely as dy

from models.tables import columns as c
from models.tables.table import Table

FROM = "First moment at which it holds"
TO = "Moment from which it holds no more; null: open"
RECORDED = "When it came to be known"
SUPERSEDED = "When a run first saw it changed or gone; null: it stands"
KIND_LIST = "Kinds of act, separated by ';'; empty: all"
MOMENTS = ("valid_from", "valid_to")


class PeopleSchema(dy.Schema):
    person_id = c.text(
        "People.csv's id; for people known from commits alone a keyed digest", key=True
    )
    name = c.text("Name", nullable=True, ops="absent")
    email = c.text("Address", nullable=True, ops="absent")
    title = c.text("Title", nullable=True, ops="absent")
    role_family = c.text("Role family: the peers", nullable=True)
    team_id = c.text("Team", nullable=True)
    time_zone = c.text("IANA zone; null: the company's", nullable=True)
    contract_hours_week = c.number(
        "Hours a week by contract", "hours/week", nullable=True, high=168
    )
    working_hours = c.text("Working pattern, Mo-Th 09:00-12:30,13:00-17:30", nullable=True)
    location = c.text("Location: whose holidays", nullable=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)


class TeamsSchema(dy.Schema):
    team_id = c.text("Team", key=True)
    name = c.text("Name")
    parent_team_id = c.text("Team above", nullable=True)


class IdentitiesSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    account_key = c.text("Account", key=True)
    person_id = c.text("Person behind it; null: nobody known, or no human", nullable=True)
    kind = c.label(c.ACCOUNT_KINDS, "What stands behind the account")
    match = c.label(["mapped", "mailmap", "address", "name", "none"], "Evidence")
    confidence = c.number("How sure the match is", "share", high=1.0)
    valid_from = c.moment("First moment at which the account occurs")
    valid_to = c.moment("Last moment at which it occurs", nullable=True)


class ReportingLinesSchema(dy.Schema):
    person_id = c.text("Who reports", key=True)
    manager_id = c.text("To whom", key=True)
    line_type = c.label(["solid", "dotted"], "Solid: the line; dotted: this direct report only")
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)
    recorded_at = c.moment(RECORDED, key=True)
    superseded_at = c.moment(SUPERSEDED, nullable=True)


class MandatesSchema(dy.Schema):
    mandate_id = c.text("Id of the record", key=True)
    holder_type = c.label(["person", "team", "rota"], "Who may hold it")
    holder_id = c.text("Person, team, or the mandate's own id for a rota")
    mandate_kind = c.text("Kind, such as component_lead, code_owner, deputy")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope")
    act_kinds = c.text(KIND_LIST)
    compensated = c.label(["none", "time", "pay"], "What is given for it", nullable=True)
    time_budget_hours_week = c.number("Hours a week set aside for it", "hours/week", nullable=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)
    recorded_at = c.moment(RECORDED, key=True)
    superseded_at = c.moment(SUPERSEDED, nullable=True)
    confirmed_on = c.day("When somebody last confirmed it", nullable=True)
    is_self_confirming = c.truth("Whether it comes from an owners file, which is never stale")


class DelegationsSchema(dy.Schema):
    from_person_id = c.text("Who delegates", key=True)
    to_person_id = c.text("To whom", key=True)
    act_kinds = c.text(KIND_LIST)
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope", key=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)
    recorded_at = c.moment(RECORDED, key=True)
    superseded_at = c.moment(SUPERSEDED, nullable=True)


class AgreementsSchema(dy.Schema):
    team_id = c.text("Team that agreed", key=True)
    act_kinds = c.text(KIND_LIST)
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope", key=True)
    rule = c.label(["anyone_in_team", "rota", "holder_only"], "What was agreed")
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)
    recorded_at = c.moment(RECORDED, key=True)
    superseded_at = c.moment(SUPERSEDED, nullable=True)


class ScopesSchema(dy.Schema):
    object_kind = c.label(
        ["meeting_series", "repository", "project", "component", "path"], "What belongs"
    )
    object_id = c.text("Its own id", key=True)
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope it belongs to")
    scope_id = c.text("Scope it belongs to", key=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)


class RotasSchema(dy.Schema):
    mandate_id = c.text("Mandate whose turn it is", key=True)
    person_id = c.text("Whose turn", key=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)


class AbsencesSchema(dy.Schema):
    person_id = c.text("Who is away; no reason is kept", key=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)


class ObjectionsSchema(dy.Schema):
    person_id = c.text("Who objects to being measured", key=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment("Always open", nullable=True)


class NoOwnerSchema(dy.Schema):
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("Scope that nobody owns, by record", key=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)


class WindowsSchema(dy.Schema):
    kind = c.label(["release", "incident"], "What is declared")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope", key=True)
    valid_from = c.moment(FROM, key=True)
    valid_to = c.moment(TO, nullable=True)


class HandoffsSchema(dy.Schema):
    project = c.text("Project", key=True)
    from_status = c.text("Status before", key=True)
    to_status = c.text("Status after", key=True)
    next_role = c.text("Role that takes over")


class RequiredStepsSchema(dy.Schema):
    project = c.text("Project", key=True)
    status = c.text("Required status", key=True)
    before_status = c.text("Status that it must come before", key=True)


class AnswersSchema(dy.Schema):
    answer = c.label(["done", "not_so"], "Done: of a move; not_so: of a finding", key=True)
    answered_id = c.text("Move or finding that was answered", key=True)
    recorded_at = c.moment("When a run first saw the answer")


class ContestsSchema(dy.Schema):
    act_id = c.text("Act that is contested: unknown until the entry is taken back", key=True)


class OrgProblemsSchema(dy.Schema):
    file = c.text("File of the org folder", key=True)
    line = c.count("Line; 0: the whole file", key=True)
    problem = c.text("What is wrong and what to do", key=True, ops="absent")


class CommitScopesSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    commit_id = c.text("Full hash", key=True, ops="absent")
    utc_week = c.day(c.UTC_WEEK)
    scope_type = c.label(c.SCOPE_TYPES, "Kind of the area with most files", nullable=True)
    scope_id = c.text("Area with most files; null: no area touched", nullable=True)
    scope_chain = c.text(
        "All areas touched and what they belong to, narrowest first: type:id joined by newlines"
    )


def _dated(name: str, schema: type[dy.Schema], grain: str, comment: str) -> Table:
    return Table(name=name, schema=schema, grain=grain, comment=comment, interval=MOMENTS)


PEOPLE = _dated(
    "org.people",
    PeopleSchema,
    "one person and stretch of time with the same data",
    "Everybody measured, with team, zone and working pattern",
)
TEAMS = Table("org.teams", TeamsSchema, "one team", "Teams and what they belong to")
IDENTITIES = _dated(
    "org.identities",
    IdentitiesSchema,
    "one account",
    "Which person is behind which account",
)
REPORTING_LINES = _dated(
    "org.reporting_lines",
    ReportingLinesSchema,
    "one record of a reporting line",
    "Who reports to whom, by day, with when it was recorded",
)
MANDATES = _dated(
    "org.mandates",
    MandatesSchema,
    "one record of a mandate",
    "Roles for scopes from mandates.csv, owners files and corrections: the one register",
)
DELEGATIONS = _dated(
    "org.delegations", DelegationsSchema, "one record of a delegation", "Who handed what to whom"
)
AGREEMENTS = _dated(
    "org.agreements",
    AgreementsSchema,
    "one record of a team agreement",
    "What a team agreed that anyone in it may do",
)
SCOPES = _dated("org.scopes", ScopesSchema, "one belonging", "What belongs under what")
ROTAS = _dated("org.rotas", RotasSchema, "one turn", "Whose turn it is on a mandate")
ABSENCES = _dated("org.absences", AbsencesSchema, "one absence", "Who is away; no reasons")
OBJECTIONS = _dated("org.objections", ObjectionsSchema, "one objection", "Who is not measured")
NO_OWNER = _dated("org.no_owner", NoOwnerSchema, "one record", "Scopes that nobody owns, by record")
WINDOWS = _dated("org.windows", WindowsSchema, "one window", "Declared releases and incidents")
HANDOFFS = Table("org.handoffs", HandoffsSchema, "one transition", "Hand-offs by workflow")
REQUIRED_STEPS = Table("org.required_steps", RequiredStepsSchema, "one step", "Required steps")
ANSWERS = Table(
    "org.answers", AnswersSchema, "one answer", "What readers answered to findings and moves"
)
CONTESTS = Table("org.contests", ContestsSchema, "one act", "Acts that somebody contests")
ORG_PROBLEMS = Table(
    "org.problems", OrgProblemsSchema, "one row or file left out", "What was left out and why"
)
COMMIT_SCOPES = Table(
    name="org.commit_scopes",
    schema=CommitScopesSchema,
    grain="one commit",
    comment="Areas that a commit touches, by the owners file as it stood at that moment",
    week="utc_week",
)

ORG = [
    PEOPLE,
    TEAMS,
    IDENTITIES,
    REPORTING_LINES,
    MANDATES,
    DELEGATIONS,
    AGREEMENTS,
    SCOPES,
    ROTAS,
    ABSENCES,
    OBJECTIONS,
    NO_OWNER,
    WINDOWS,
    HANDOFFS,
    REQUIRED_STEPS,
    ANSWERS,
    CONTESTS,
    ORG_PROBLEMS,
    COMMIT_SCOPES,
]
