"""Final calls on others' work, and what only looks like one (METHOD 3, decide)."""

from typing import Any

import polars as pl
import pytest

from models.acts.decisions import decisions
from models.tables import acts, org
from tests.given import rows
from tests.models.acts.services import change, changes, identities, ticket, tickets
from tests.models.world import at

START = at("2026-01-01 00:00")
OWNER = {
    "mandate_id": "m", "holder_type": "person", "holder_id": "olga",
    "mandate_kind": "code_owner", "scope_type": "path", "scope_id": "shop/pay:src/**",
    "act_kinds": "", "valid_from": START, "valid_to": None, "superseded_at": None,
}  # fmt: skip
LEAD = {**OWNER, "scope_type": "project", "scope_id": "LNCH"}


def decided(*events: dict[str, Any], mandates: Any = ()) -> pl.DataFrame:
    found = decisions(
        tickets(*(one for one in events if "ticket_id" in one)),
        changes(*(one for one in events if "ticket_id" not in one)),
        identities(),
        rows(org.MANDATES, *mandates),
        rows(org.ROTAS),
        rows(org.PEOPLE),
        rows(org.SCOPES),
        rows(org.TEAMS),
    ).collect(engine="streaming")
    return acts.DECISIONS.schema.validate(found).sort("happened_at")


def review(by: str, hour: int, verdict: str = "approved", **more: Any) -> dict[str, Any]:
    return change("reviewed", by=by, seconds=3600 * hour, verdict=verdict, **more)


AGAINST = review("cai", 0, "changes_requested")
FOR = review("ann", 1)
MERGED = change("merged", by="ben", seconds=3 * 3600)


def test_the_last_approval_decides_where_another_asked_for_changes():
    row = decided(AGAINST, FOR, MERGED).row(0, named=True)
    assert (row["kind"], row["actor_id"], row["target_id"]) == ("decide", "ann", "ben")
    assert (row["act_id"], row["object_id"]) == (f"code:{FOR['event_id']}", "shop/pay#7")
    assert (row["exclusion"], row["scope_type"]) == (None, "path")


def test_approval_by_all_is_routine():
    assert decided(review("cai", 0), FOR, MERGED).is_empty()
    assert decided(AGAINST, review("cai", 1), review("ann", 2), MERGED).is_empty()


def test_a_lone_approval_is_routine():
    assert decided(FOR, MERGED).is_empty()


def test_remarks_have_no_side():
    assert decided(review("cai", 0, "commented"), FOR, MERGED).is_empty()


def test_nothing_is_decided_before_it_lands_nor_long_before():
    assert decided(AGAINST, FOR).is_empty()
    later = change("merged", by="ben", seconds=3600 + 28 * 86_400)
    assert decided(AGAINST, FOR, later).height == 1
    assert decided(AGAINST, FOR, {**later, "happened_at": at("2026-04-01 11:01")}).is_empty()


def test_what_was_said_more_than_eight_weeks_before_counts_no_more():
    old = {**AGAINST, "happened_at": at("2026-01-07 11:00"), "event_id": "old"}
    assert decided(old, FOR, MERGED).height == 1
    assert decided({**old, "happened_at": at("2026-01-07 10:59")}, FOR, MERGED).is_empty()


def test_an_approval_after_the_merge_decides_nothing():
    assert decided(AGAINST, review("ann", 4), MERGED).is_empty()


def test_the_authors_and_a_robots_word_is_none():
    assert decided(AGAINST, review("ben", 1), MERGED).is_empty()
    assert decided(AGAINST, review("robot", 1), MERGED).is_empty()
    assert decided(review("robot", 0, "changes_requested"), FOR, MERGED).is_empty()
    assert decided(AGAINST, FOR, review("robot", 2), MERGED)["actor_id"].to_list() == ["ann"]


def test_dismissing_what_another_asked_for_decides():
    dismissed = change("review_dismissed", by="ann", seconds=7200)
    remark = review("dan", 1, "commented")
    assert decided(AGAINST, remark, dismissed, MERGED)["actor_id"].to_list() == ["ann"]
    assert decided(AGAINST, dismissed, MERGED).is_empty()
    approval = {**dismissed, "verdict": "approved"}
    assert decided(AGAINST, remark, approval, MERGED).is_empty()
    by_push = {**dismissed, "is_automatic": True}
    assert decided(AGAINST, remark, by_push, MERGED).is_empty()


def test_merging_is_no_call():
    assert decided(AGAINST, change("merged", by="ann", seconds=7200)).is_empty()


def asked(of: str = "olga", by: str = "ben", **more: Any) -> dict[str, Any]:
    return change("review_requested", by=by, target_key=of, seconds=-3600, **more)


def test_a_holder_was_asked_and_another_decided():
    row = decided(asked(), FOR, MERGED, mandates=[OWNER]).row(0, named=True)
    assert (row["actor_id"], row["target_id"]) == ("ann", "ben")


@pytest.mark.parametrize("mandates", [[], [{**OWNER, "valid_to": at("2026-02-01 00:00")}]])
def test_asking_who_holds_nothing_then_does_not_make_a_call_of_an_approval(mandates):
    assert decided(asked(), FOR, MERGED, mandates=mandates).is_empty()


def test_a_mention_asks_too():
    mention = change("commented", by="ben", mentioned_keys=["olga"], seconds=-3600)
    assert decided(mention, FOR, MERGED, mandates=[OWNER]).height == 1


def test_a_holder_who_decides_was_only_asked_to():
    assert decided(asked(), review("olga", 1), MERGED, mandates=[OWNER]).is_empty()
    both = [OWNER, {**OWNER, "mandate_id": "n", "holder_id": "ann"}]
    assert decided(asked(), FOR, MERGED, mandates=both).is_empty()


def resolved(by: str = "ann", hour: int = 1, to: str | None = "Done", **more: Any):
    plain = {"assignee_key": "ben", "reporter_key": "pia", "to_value": to}
    return ticket(field="resolution", by=by, seconds=3600 * hour, **{**plain, **more})


def test_resolving_anothers_ticket_after_a_holder_was_asked_decides():
    mention = ticket(field="comment", by="ben", mentioned_keys=["olga"])
    row = decided(mention, resolved(), mandates=[LEAD]).row(0, named=True)
    assert (row["kind"], row["actor_id"], row["target_id"]) == ("decide", "ann", "ben")
    assert (row["object_kind"], row["object_id"]) == ("ticket", "LNCH-1")


@pytest.mark.parametrize("own", ["assignee_key", "creator_key", "reporter_key"])
def test_resolving_ones_own_ticket_is_no_call(own):
    mention = ticket(field="comment", by="ben", mentioned_keys=["olga"])
    assert decided(mention, {**resolved(), own: "ann"}, mandates=[LEAD]).is_empty()


def test_resolving_otherwise_than_another_had_decides_once():
    first, back = resolved("cai", 0, "Won't Do"), resolved("dan", 1, None)
    found = decided(first, back, resolved("ann", 2, "Done"))
    assert found["actor_id"].to_list() == ["ann"]
    assert decided(first, back, resolved("ann", 2, "Won't Do")).is_empty()


def test_a_resolution_taken_back_within_four_weeks_did_not_settle_it():
    mention = ticket(field="comment", by="ben", mentioned_keys=["olga"])
    assert decided(mention, resolved(), resolved("pia", 2, None), mandates=[LEAD]).is_empty()


def test_no_events_decide_nothing():
    assert decided().is_empty()
