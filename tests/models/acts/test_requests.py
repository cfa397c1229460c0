"""What was asked of whom and when they first did something about it (METHOD 2.2, terms)."""

from typing import Any

import polars as pl
import pytest

from models.acts.requests import requests
from models.tables import acts
from tests.models.acts.services import WEDNESDAY, change, changes, identities, ticket, tickets
from tests.models.world import at

ASKED = ["kind", "asker_id", "holder_id", "answered_at"]
SIXTEEN_WEEKS = 16 * 7 * 86_400


def found(*events: dict[str, Any]) -> pl.DataFrame:
    rows = requests(
        tickets(*(one for one in events if "ticket_id" in one)),
        changes(*(one for one in events if "ticket_id" not in one)),
        identities(),
    ).collect(engine="streaming")
    return acts.REQUESTS.schema.validate(rows).sort("asked_at", "request_id")


def asked(*events: dict[str, Any]) -> list[tuple[Any, ...]]:
    return found(*events).select(ASKED).rows()


def mention(*people: str, by: str = "ben", **more: Any) -> dict[str, Any]:
    return ticket(field="comment", by=by, mentioned_keys=list(people), **more)


def test_a_mention_asks_and_the_first_event_of_who_was_asked_answers():
    before = ticket(field="comment", by="olga", seconds=-60)
    other = ticket(field="comment", by="cai", seconds=60)
    elsewhere = ticket("LNCH-2", field="comment", by="olga", seconds=60)
    answer = ticket(field="status", by="olga", seconds=3600)
    later = ticket(field="comment", by="olga", seconds=7200)
    row = found(before, mention("olga"), other, elsewhere, answer, later).row(0, named=True)
    assert (row["kind"], row["asker_id"], row["holder_id"]) == ("mention", "ben", "olga")
    assert (row["asked_at"], row["answered_at"]) == (at(WEDNESDAY), at("2026-03-04 11:00"))
    assert (row["object_id"], row["scope_type"], row["scope_id"]) == (
        "LNCH-1", "component", "LNCH/checkout",
    )  # fmt: skip


def test_what_nobody_did_anything_about_is_open():
    assert asked(mention("olga")) == [("mention", "ben", "olga", None)]


def test_each_person_mentioned_is_asked_once_a_comment():
    assert [row[2] for row in asked(mention("olga", "cai", "olga"))] == ["cai", "olga"]


@pytest.mark.parametrize("who", ["ben", "stranger", "robot"])
def test_oneself_and_who_is_not_known_are_not_asked(who):
    assert asked(mention(who)) == []


def test_what_a_machine_mentions_is_no_request():
    assert asked(mention("olga", by="robot")) == []


def test_an_answer_after_sixteen_weeks_is_not_looked_for():
    in_time = ticket(field="comment", by="olga", seconds=SIXTEEN_WEEKS)
    late = ticket(field="comment", by="olga", seconds=SIXTEEN_WEEKS + 1)
    assert asked(mention("olga"), in_time)[0][3] is not None
    assert asked(mention("olga"), late)[0][3] is None


def test_a_ticket_given_by_another_asks_and_one_taken_does_not():
    given = ticket(by="ann", to_key="olga")
    assert asked(given) == [("assignment", "ann", "olga", None)]
    assert asked(ticket(by="olga", to_key="olga")) == []


def test_what_machinery_gives_asks_without_an_asker():
    by_rule = ticket(by="robot", to_key="olga")
    default = ticket(field="created", by="ann", to_key="olga", is_default_assignee=True)
    assert asked(by_rule) == asked(default) == [("assignment", None, "olga", None)]


def ends(*events: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What olga was asked: when she answered, and when others took it from her."""
    of_olga = found(*events).filter(holder_id="olga")
    return of_olga.select("answered_at", "withdrawn_at").rows()


@pytest.mark.parametrize("who", ["ann", "dan", "robot"])  # who gave it, another, a machine
def test_what_others_take_away_unanswered_was_open_until_then(who):
    given = ticket(by="ann", to_key="olga")
    taken = ticket(by=who, from_key="olga", to_key="cai", seconds=3600)
    late = ticket(field="comment", by="olga", seconds=7200)
    assert ends(given, taken) == ends(given, taken, late) == [(None, at("2026-03-04 11:00"))]


def test_what_was_answered_before_others_took_it_away_is_answered():
    given = ticket(by="ann", to_key="olga")
    answer = ticket(field="comment", by="olga", seconds=1800)
    taken = ticket(by="ann", from_key="olga", to_key="cai", seconds=3600)
    assert ends(given, answer, taken) == [(at("2026-03-04 10:30"), None)]


@pytest.mark.parametrize("who", ["ben", "dan"])
@pytest.mark.parametrize(("seconds", "count"), [(600, 0), (601, 1)])
def test_what_is_taken_away_within_ten_minutes_was_a_slip_and_asked_nobody(who, seconds, count):
    given = ticket(by="ben", to_key="olga")
    taken = ticket(by=who, from_key="olga", to_key=None, seconds=seconds)
    assert len(ends(given, taken)) == count
    asking = change("review_requested", by="ben", target_key="olga")
    removed = change("review_request_removed", by=who, target_key="olga", seconds=seconds)
    assert len(ends(asking, removed)) == count


def test_what_is_taken_away_after_sixteen_weeks_is_not_looked_for():
    given = ticket(by="ann", to_key="olga")
    in_time = ticket(by="ann", from_key="olga", to_key="cai", seconds=SIXTEEN_WEEKS)
    late = ticket(by="ann", from_key="olga", to_key="cai", seconds=SIXTEEN_WEEKS + 1)
    assert ends(given, in_time) == [(None, at("2026-06-24 10:00"))]
    assert ends(given, late) == [(None, None)]


def test_handing_it_on_answers():
    given = ticket(by="ann", to_key="olga")
    on = ticket(by="olga", from_key="olga", to_key="cai", seconds=60)
    assert asked(given, on)[0] == ("assignment", "ann", "olga", at("2026-03-04 10:01"))


def test_a_review_asked_for_is_answered_by_the_review():
    asking = change("review_requested", by="ben", target_key="olga")
    review = change("reviewed", by="olga", seconds=60, verdict="approved")
    row = found(asking, review).row(0, named=True)
    assert (row["kind"], row["asker_id"], row["answered_at"]) == (
        "review_request", "ben", at("2026-03-04 10:01"),
    )  # fmt: skip
    assert (row["object_id"], row["scope_type"]) == ("shop/pay#7", "path")
    removed = change("review_request_removed", by="ben", target_key="olga", seconds=30)
    assert asked(asking, removed, review) == []


def test_code_owners_asked_by_the_host_are_asked_by_nobody():
    asking = change("review_requested", by="ben", target_key="olga", is_automatic=True)
    assert asked(asking) == [("review_request", None, "olga", None)]


def test_what_machinery_does_in_somebodys_name_is_no_answer():
    asking = change("review_requested", by="ben", target_key="olga")
    queue = change("merged", by="olga", seconds=60, is_automatic=True)
    assert asked(asking, queue)[0][3] is None


def test_a_ticket_of_nobody_waits_until_somebody_is_given_it():
    opened = ticket(field="created", by="pia", to_key=None)
    assert asked(opened) == [("unassigned", "pia", None, None)]
    touched = ticket(field="comment", by="olga", seconds=60)
    taken = ticket(by="cai", to_key="cai", seconds=3600)
    again = ticket(by="ann", from_key="cai", to_key="ben", seconds=7200)
    waiting = asked(opened, touched, taken, again)
    assert waiting[0] == ("unassigned", "pia", None, at("2026-03-04 11:00"))


def test_a_ticket_that_no_person_was_given_or_only_by_a_slip_waits_on():
    opened = ticket(field="created", by="pia", to_key=None)
    queue = ticket(by="ann", to_key="qa-team", seconds=60)
    slip = ticket(by="ann", from_key="qa-team", to_key="ben", seconds=3600)
    back = ticket(by="ann", from_key="ben", to_key="qa-team", seconds=3660)
    assert asked(opened, queue, slip, back) == [("unassigned", "pia", None, None)]
    given = ticket(by="qa-team", from_key="qa-team", to_key="cai", seconds=7200)
    assert asked(opened, queue, slip, back, given)[0][3] == at("2026-03-04 12:00")


def test_a_resolved_ticket_waits_for_nobody():
    opened = ticket(field="created", by="pia", to_key=None)
    done = ticket(field="resolution", by="cai", to_value="Won't Do", seconds=60)
    assert asked(opened, done)[0][3] == at("2026-03-04 10:01")


def test_no_events_ask_nothing():
    assert asked() == []
