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
    utc_week = c.day(c.UTC_WEEK)


class TracesSchema(dy.Schema):
    person_id = c.text("Who", key=True)
    scope_type = c.label(c.SCOPE_TYPES, "Kind of scope")
    scope_id = c.text("The scope", key=True)
    on = c.day("UTC day", key=True)
    first_at = c.moment("First trace of the day")
    last_at = c.moment("Last trace of the day")
    own_count = c.count("Own work: commits authored")
    led_count = c.count("Work for others: acts not excluded")
    utc_week = c.day(c.UTC_WEEK)


def _ledger(name: str, grain: str, comment: str) -> Table:
    return Table(name=name, schema=ActsSchema, grain=grain, comment=comment, week="utc_week")


REVIEWS = _ledger("acts.reviews", "one review of another's change", "Reviews: trailers of commits")
MERGES = _ledger("acts.merges", "one change of another brought in", "Merges for others")
REQUESTS = Table(
    name="acts.requests",
    schema=RequestsSchema,
    grain="one thing asked of one person, or one item waiting for anybody",
    comment="What was asked of holders, and when it was answered",
    week="utc_week",
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

LEDGERS = [REVIEWS, MERGES]
ACTS = [*LEDGERS, ACT_TARGETS, REQUESTS, TRACES]
