"""What trackers bring: who did what to a ticket when, and who leads what there.

One row a change, comment or opening, with what held of the ticket at that moment beside it, so that
a week can be computed without the tickets' whole history. No title, text or label of a ticket is
here: of a comment only what `models.phrases` says of it.
"""

import dataframely as dy

from models.tables import columns as c
from models.tables.table import Table

FIELDS = [
    "created", "assignee", "status", "resolution", "priority", "sprint", "component", "labels",
    "reporter", "project", "flagged", "comment",
]  # fmt: skip
LEAD_ROLES = ["project_lead", "component_lead"]
NO_COMMENT = "; null: no comment"


class TicketEventsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    event_id = c.text("The source's id; of an opening, created- and the ticket", key=True)
    ticket_id = c.text("The source's own id of the ticket, which never changes", ops="absent")
    ticket_key = c.text("Key of the ticket today, such as LNCH-101", ops="absent")
    happened_at = c.moment("Moment, by the server")
    utc_week = c.day(c.UTC_WEEK)
    field = c.label(FIELDS, "What changed; created: it was opened; comment: one was written")
    actor_key = c.text("Account that did it; null: not known", nullable=True)
    from_key = c.text("Account before: of assignee and reporter", nullable=True)
    to_key = c.text("Account after; of created the first assignee", nullable=True)
    from_value = c.text("Name of the status or priority before", nullable=True)
    to_value = c.text("Name of the status, resolution or priority after", nullable=True)
    change_id = c.text("Id of the change; several fields changed at once share it")
    is_default_assignee = c.truth(
        "Whether to_key is whom the component or project assigns by itself then"
    )
    creator_key = c.text("Account that opened the ticket", nullable=True)
    reporter_key = c.text("Account for which it was opened, after this event", nullable=True)
    assignee_key = c.text("Account assigned after this event", nullable=True)
    status = c.text("Name of the status after this event", nullable=True)
    created_at = c.moment("When the ticket was opened")
    mentioned_keys = c.texts("Accounts that the comment mentions")
    is_question = c.truth(f"Whether the comment asks something{NO_COMMENT}", nullable=True)
    is_ping = c.truth(f"Whether the comment only reminds{NO_COMMENT}", nullable=True)
    has_policy_link = c.truth(f"Whether it links to a rule or template{NO_COMMENT}", nullable=True)
    has_decision = c.truth(f"Whether it words a decision{NO_COMMENT}", nullable=True)
    scope_chain = c.text(
        "Components and project at that moment, narrowest first: type:id joined by newlines"
    )
    flags_version = c.count("Version of the connector's flags")


class LeadsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    scope_type = c.label(["project", "component"], "Kind of scope", key=True)
    scope_id = c.text("Project key, or project key and component: LNCH/checkout", key=True)
    account_key = c.text("Account that the tracker names as lead", key=True)
    role = c.label(LEAD_ROLES, "Lead of what")
    valid_from = c.moment("When it was first seen so; the tracker keeps no history", key=True)
    valid_to = c.moment("When it was first seen otherwise", nullable=True)


class ReleasesSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    version_id = c.text("The tracker's own id of the version", key=True)
    scope_type = c.label(["project"], "Kind of scope")
    scope_id = c.text("Project key")
    released_on = c.day("Day on which it is or was to be released")


TICKET_EVENTS = Table(
    name="raw.ticket_events",
    schema=TicketEventsSchema,
    grain="one event of one ticket",
    comment="Openings, changes and comments of tickets, without any text",
    week="utc_week",
)
LEADS = Table(
    name="raw.leads",
    schema=LeadsSchema,
    grain="one stretch of time in which a tracker named an account as lead",
    comment="Leads of projects and components, as seen night by night",
    interval=("valid_from", "valid_to"),
)
RELEASES = Table(
    name="raw.releases",
    schema=ReleasesSchema,
    grain="one version with a day of release",
    comment="Releases that a tracker plans or had, without names",
)
