"""The act ledger: who did what for whom, before anything is said about authority.

Every kind of act fills the same shape, so a new kind is one new file in `models.acts`.
"""

import dataframely as dy

from models.tables import columns as c
from models.tables.table import Table


class ActsSchema(dy.Schema):
    act_id = c.text("Id of the act, made of its source event", key=True, ops="renumbered")
    happened_at = c.moment("Moment of the act", ops="week")
    utc_week = c.day(c.UTC_WEEK)
    kind = c.label(c.KINDS, "Kind of act")
    actor_id = c.text("Who did it; null: an account of nobody", nullable=True, ops="pseudonym")
    target_id = c.text("Whose work; null when several", nullable=True, ops="absent")
    target_count = c.count("People led by it")
    object_kind = c.label(["ticket", "code_review", "commit", "meeting"], "On what")
    object_id = c.text("The source's own id", ops="absent")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope", nullable=True)
    scope_id = c.text("Narrowest scope; the one with most files", nullable=True)
    scope_chain = c.text("All scopes it lies in, narrowest first: type:id joined by newlines")
    identity_confidence = c.number(
        "How sure the identities of actor and target are", "share", high=1
    )
    exclusion = c.text("Why it is no act of a person for another; null: it is one", nullable=True)
    is_moment_own = c.truth(
        "Whether the actor was at work at that moment; false where it is when the work landed"
    )
    is_handoff = c.truth("Whether the workflow of the project has it change hands so")
    is_stamp = c.truth(
        "Whether it is a review that approved without a word within 5 minutes of a request"
    )
    lines_changed = c.count("Lines of the reviewed change", nullable=True)
    item_count = c.count("Comments, follow-ups or items in the act, by kind")
    source = c.text("Name of the source")


class ActTargetsSchema(dy.Schema):
    act_id = c.text("Act", key=True, ops="renumbered")
    target_id = c.text("Person led", key=True, ops="absent")
    utc_week = c.day(c.UTC_WEEK)


class RequestsSchema(dy.Schema):
    request_id = c.text("Id", key=True, ops="renumbered")
    kind = c.label(
        ["mention", "review_request", "assignment", "co_host", "unassigned"], "How asked"
    )
    asker_id = c.text("Who asked", nullable=True, ops="absent")
    holder_id = c.text("Who was asked; null: an unassigned item", nullable=True, ops="absent")
    object_id = c.text("On what", ops="absent")
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope")
    scope_chain = c.text("All scopes it lies in")
    asked_at = c.moment("When asked", ops="week")
    answered_at = c.moment("First event of the one asked on that object", nullable=True, ops="week")
    withdrawn_at = c.moment("When others took it away, unanswered", nullable=True, ops="week")
    utc_week = c.day(c.UTC_WEEK)


class FinishedStepsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    ticket_id = c.text("The source's own id of the ticket", key=True, ops="absent")
    object_id = c.text("Key of the ticket today", ops="absent")
    step = c.text("Required status", key=True)
    before_status = c.text("Status that it must come before", key=True)
    reached_at = c.moment("When the ticket first came to before_status", ops="week")
    utc_week = c.day(c.UTC_WEEK)
    is_skipped = c.truth("Whether it had not been in the required status until then")
    assigned_by_act_id = c.text(
        "Last act before that gave the ticket to somebody; null: nobody's for another",
        nullable=True,
        ops="renumbered",
    )
    scope_type = c.label(c.SCOPE_TYPES, "Kind of narrowest scope")
    scope_id = c.text("Narrowest scope of the ticket then")
    scope_chain = c.text("All scopes it lies in")


class TracesSchema(dy.Schema):
    person_id = c.text("Who", key=True)
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope", key=True)
    on = c.day("UTC day", key=True)
    first_at = c.moment("First trace of the day")
    last_at = c.moment("Last trace of the day")
    own_count = c.count("Own work: commits authored, events on own tickets and proposed changes")
    led_count = c.count("Work for others: acts not excluded")
    utc_week = c.day(c.UTC_WEEK)


def _ledger(name: str, grain: str, comment: str, *, back: int = 0, ahead: int = 0) -> Table:
    return Table(
        name=name,
        schema=ActsSchema,
        grain=grain,
        comment=comment,
        week="utc_week",
        weeks_back=back,
        weeks_ahead=ahead,
    )


VOTE_WEEKS = 8  # how long before a decision votes and requests are looked for
LANDING_WEEKS = 4  # how long after it a change may land and still have been decided by it
ANSWER_WEEKS = 16  # as long as what was asked may matter to an act: see authority.acts
STEP_WEEKS = 26  # the oldest a ticket may be for its steps to be told

REVIEWS = _ledger("acts.reviews", "one review of another's change", "Reviews: trailers of commits")
MERGES = _ledger("acts.merges", "one change of another brought in", "Merges for others")
ASSIGNMENTS = _ledger(
    "acts.assignments",
    "one ticket or proposed change given to somebody that was nobody's",
    "Assignments to others",
    back=1,  # what the same person took back within 10 minutes
    ahead=1,
)
REASSIGNMENTS = _ledger(
    "acts.reassignments",
    "one ticket or proposed change moved from one person to another",
    "Work moved between others",
    back=1,
    ahead=1,
)
REVIEW_REQUESTS = _ledger(
    "acts.review_requests",
    "one person or team asked to review another's change",
    "Reviews asked for on others' changes",
    ahead=1,
)
DECISIONS = _ledger(
    "acts.decisions",
    "one event that settled another's change or ticket on which views differed",
    "Final calls on others' work",
    back=VOTE_WEEKS,
    ahead=LANDING_WEEKS,
)
CONVENED_MEETINGS = _ledger(
    "acts.convened_meetings",
    "one date on which a meeting of three or more was held",
    "Meetings, by whoever organised them",
)
FOLLOW_UPS = _ledger(
    "acts.follow_ups",
    "one new ticket given by one attendee of a meeting to another within a day after it",
    "What follows up on meetings",
    back=1,
    ahead=1,
)
CODE_REVIEWS = _ledger(
    "acts.code_reviews",
    "one round of review of another's proposed change",
    "Reviews on code hosts",
)
CODE_MERGES = _ledger(
    "acts.code_merges", "one proposed change of another merged", "Merges for others on code hosts"
)
REQUESTS = Table(
    name="acts.requests",
    schema=RequestsSchema,
    grain="one thing asked of one person, or one item waiting for anybody",
    comment="What was asked of holders, and when it was answered",
    week="utc_week",
    weeks_back=1,
    weeks_ahead=ANSWER_WEEKS,
)
FINISHED_STEPS = Table(
    name="acts.finished_steps",
    schema=FinishedStepsSchema,
    grain="one ticket and required step that it came past, in the step or around it",
    comment="Tickets that came past a required step, and whether they skipped it",
    week="utc_week",
    weeks_back=STEP_WEEKS,
)
ACT_TARGETS = Table(
    name="acts.act_targets",
    schema=ActTargetsSchema,
    grain="one act and person led",
    comment="People led by each act",
    week="utc_week",
)
TRACES = Table(
    name="acts.traces",
    schema=TracesSchema,
    grain="one person, scope and UTC day",
    comment="Days on which somebody was seen in a scope, with own work apart from work for others",
    week="utc_week",
)

LEDGERS = [
    REVIEWS,
    MERGES,
    ASSIGNMENTS,
    REASSIGNMENTS,
    REVIEW_REQUESTS,
    DECISIONS,
    CONVENED_MEETINGS,
    FOLLOW_UPS,
    CODE_REVIEWS,
    CODE_MERGES,
]
ACTS = [*LEDGERS, ACT_TARGETS, REQUESTS, FINISHED_STEPS, TRACES]
