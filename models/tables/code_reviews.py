"""What code hosts bring: who did what to a proposed change when.

One row an event, with what held of the change at that moment beside it. Owners files of hosts fill
`raw.owner_patterns` and `raw.owner_entries`, as those of clones do.
"""

import dataframely as dy

from models.tables import columns as c
from models.tables.table import Table

EVENTS = [
    "opened", "ready", "draft", "review_requested", "review_request_removed", "reviewed",
    "review_dismissed", "assigned", "unassigned", "commented", "labeled", "milestoned", "merged",
    "closed", "reopened", "auto_merge_enabled",
]  # fmt: skip
VERDICTS = ["approved", "changes_requested", "commented", "dismissed"]
NO_COMMENT = "; null: no text"


class CodeReviewEventsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    event_id = c.text("The host's id of the event", key=True)
    change_id = c.text("The host's own id of the proposed change, which never changes")
    object_id = c.text("Repository and number today: example/shop#12", ops="absent")
    repository = c.text("Repository today")
    happened_at = c.moment("Moment, by the server")
    utc_week = c.day(c.UTC_WEEK)
    event = c.label(EVENTS, "What happened")
    actor_key = c.text("Account that did it; null: not known", nullable=True)
    target_key = c.text("Account assigned, unassigned or asked to review", nullable=True)
    target_team = c.text("Team asked to review, organisation/team", nullable=True)
    author_key = c.text("Account of the author of the change", nullable=True)
    opened_at = c.moment("When the change was proposed")
    verdict = c.label(VERDICTS, "Of a review, as given", nullable=True)
    commit_id = c.text("Commit that a review looked at", nullable=True)
    comment_count = c.count("Comments within a review")
    lines_changed = c.count("Lines added and removed by the change", nullable=True)
    is_automatic = c.truth(
        "Whether machinery did it in somebody's name: code owners asked within 60 s of opening, an "
        "assignee set within 5 s of it, a merge queue, auto-merge"
    )
    mentioned_keys = c.texts("Accounts that the text mentions")
    is_question = c.truth(f"Whether it asks something{NO_COMMENT}", nullable=True)
    is_ping = c.truth(f"Whether it only reminds{NO_COMMENT}", nullable=True)
    has_policy_link = c.truth(f"Whether it links to a rule or template{NO_COMMENT}", nullable=True)
    has_decision = c.truth(f"Whether it words a decision{NO_COMMENT}", nullable=True)
    scope_chain = c.text(
        "Owned paths touched and the repository, narrowest first: type:id joined by newlines"
    )
    flags_version = c.count("Version of the connector's flags")


CODE_REVIEW_EVENTS = Table(
    name="raw.code_review_events",
    schema=CodeReviewEventsSchema,
    grain="one event of one proposed change",
    comment="Reviews, requests for them, assignments and merges of proposed changes",
    week="utc_week",
)
