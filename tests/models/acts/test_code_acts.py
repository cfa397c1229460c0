"""Reviews, requests for them and merges on code hosts (METHOD 3)."""

from typing import Any

import polars as pl
import pytest

from models.acts.code_merges import code_merges
from models.acts.code_reviews import code_reviews
from models.acts.review_requests import review_requests
from models.tables import acts
from tests.given import rows
from tests.models.acts.services import WEDNESDAY, change, changes, identities
from tests.models.world import at


def reviewed(*events: dict[str, Any], decided: tuple[str, ...] = ()) -> pl.DataFrame:
    decisions = rows(acts.DECISIONS, *({"act_id": act_id} for act_id in decided))
    found = code_reviews(changes(*events), decisions, identities()).collect(engine="streaming")
    return acts.CODE_REVIEWS.schema.validate(found).sort("happened_at")


def requested(*events: dict[str, Any]) -> pl.DataFrame:
    found = review_requests(changes(*events), identities()).collect(engine="streaming")
    return acts.REVIEW_REQUESTS.schema.validate(found).sort("happened_at", "act_id")


def merged(*events: dict[str, Any]) -> pl.DataFrame:
    found = code_merges(changes(*events), identities()).collect(engine="streaming")
    return acts.CODE_MERGES.schema.validate(found).sort("happened_at")


def review(by: str = "ann", **more: Any) -> dict[str, Any]:
    plain = {"verdict": "commented", "commit_id": "c1", "comment_count": 1, "lines_changed": 120}
    return change("reviewed", by=by, **{**plain, **more})


def test_a_review_is_of_the_authors_change_with_its_size():
    row = reviewed(review(comment_count=3)).row(0, named=True)
    assert (row["kind"], row["actor_id"], row["target_id"]) == ("review", "ann", "ben")
    assert (row["object_kind"], row["object_id"]) == ("code_review", "shop/pay#7")
    assert (row["lines_changed"], row["item_count"], row["is_moment_own"]) == (120, 3, True)


def test_forty_comments_one_by_one_are_one_round_at_the_moment_of_the_last():
    found = reviewed(*(review(seconds=120 * n) for n in range(40)))
    assert found.select("happened_at", "item_count").rows() == [(at("2026-03-04 11:18"), 40)]


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"seconds": 600}, 1),
        ({"seconds": 601}, 2),
        ({"seconds": 60, "commit_id": "c2"}, 2),
        ({"seconds": 60, "by": "cai"}, 2),
        ({"seconds": 60, "number": 8}, 2),
    ],
)
def test_a_round_is_of_one_reviewer_change_and_commit_without_ten_minutes_of_pause(more, count):
    assert reviewed(review(), review(**more)).height == count


def test_remarks_on_ones_own_change_are_no_review_and_by_another_account_excluded():
    assert reviewed(review("ben")).is_empty()
    own = reviewed(review("ann-home", author_key="ann"))
    assert own.select("actor_id", "exclusion").rows() == [("ann", "self")]


def test_a_robots_review_is_excluded_and_whom_a_robots_change_leads_is_not_known():
    assert reviewed(review("robot"))["exclusion"].to_list() == ["bot"]
    row = reviewed(review(author_key="robot")).row(0, named=True)
    assert (row["target_id"], row["exclusion"], row["identity_confidence"]) == (None, None, 0.0)


def test_what_decided_is_no_review_besides():
    call, remark = review(verdict="approved"), review(seconds=60)
    found = reviewed(call, remark, decided=(f"code:{call['event_id']}",))
    assert found["act_id"].to_list() == [f"code:{remark['event_id']}"]


def test_five_changes_approved_in_a_minute_are_one_act_with_its_own_comments():
    found = reviewed(*(review(number=n, seconds=10 * n, comment_count=2) for n in range(5)))
    assert found["exclusion"].to_list() == [None, *["batch"] * 4]
    assert found["item_count"].to_list() == [2] * 5


def asked(seconds: float = 0, **more: Any) -> dict[str, Any]:
    """ben asks ann for a review, unless `more` says otherwise."""
    plain = {"target_key": None if "target_team" in more else "ann"}
    return change("review_requested", by="ben", seconds=seconds, **{**plain, **more})


def approved(seconds: float = 120, **more: Any) -> dict[str, Any]:
    return review(seconds=seconds, **{"verdict": "approved", "comment_count": 0, **more})


def is_stamp(*events: dict[str, Any]) -> bool:
    (found,) = reviewed(*events)["is_stamp"]
    return bool(found)


@pytest.mark.parametrize(("seconds", "is_one"), [(0, True), (299, True), (300, False)])
def test_an_approval_without_comment_within_five_minutes_of_a_request_is_a_stamp(seconds, is_one):
    assert is_stamp(asked(), approved(seconds)) is is_one


@pytest.mark.parametrize(
    "more",
    [{"comment_count": 1}, {"is_question": False}, {"verdict": "commented"},
     {"verdict": "changes_requested"}],
)  # fmt: skip
def test_who_says_something_or_does_not_approve_gives_no_stamp(more):
    assert not is_stamp(asked(), approved(**more))


def test_the_latest_request_before_an_approval_is_the_one_it_answers():
    assert is_stamp(asked(), asked(3600), approved(3720))
    assert not is_stamp(asked(), approved(600), asked(660))


@pytest.mark.parametrize(
    ("request_more", "is_one"),
    [
        ({"target_key": "cai"}, False),
        ({"target_key": "ann-home"}, True),  # another account of the same person
        ({"target_team": "shop/payments"}, True),
        ({"target_key": None}, False),  # whom, the host no longer tells
        ({"number": 8}, False),
        ({"is_automatic": True}, True),
    ],
)
def test_a_stamp_answers_a_request_on_that_change_to_the_reviewer_or_to_a_team(
    request_more, is_one
):
    assert is_stamp(asked(**request_more), approved()) is is_one


def test_an_approval_that_nobody_asked_for_is_no_stamp():
    assert not is_stamp(approved())


def test_a_round_is_a_stamp_where_each_of_its_reviews_is():
    assert is_stamp(asked(), approved(60), approved(120))
    assert not is_stamp(asked(), approved(120), review(seconds=60, comment_count=0))
    assert not is_stamp(asked(), approved(120), approved(420))


def test_a_request_before_the_turn_of_a_week_makes_no_stamp():
    late, early = "2026-03-08 23:58", "2026-03-09 00:01"
    assert not is_stamp(asked(when=late), approved(0, when=early))
    assert is_stamp(asked(when=late), approved(60, when=late))


def test_who_asks_for_a_review_of_anothers_change_leads_whom_they_ask():
    row = requested(change("review_requested", by="ann", target_key="cai")).row(0, named=True)
    assert (row["kind"], row["actor_id"], row["target_id"], row["exclusion"]) == (
        "request_review", "ann", "cai", None,
    )  # fmt: skip


def test_who_asks_for_a_review_of_their_own_change_leads_nobody():
    assert requested(change("review_requested", by="ben", target_key="cai")).is_empty()
    owners = change("review_requested", by="ben", target_key="cai", is_automatic=True)
    assert requested(owners).is_empty()


def test_code_owners_asked_by_the_host_count_for_nobody_and_a_person_asked_on_top_once():
    fan = [
        change("review_requested", by="ann", target_key=name, seconds=n, is_automatic=True)
        for n, name in enumerate(("dan", "olga", "pia"))
    ]
    extra = change("review_requested", by="ann", target_key="cai", seconds=3600)
    found = requested(*fan, extra)
    assert found["exclusion"].to_list() == ["system"] * 3 + [None]


def test_a_team_asked_is_one_act_without_one_target():
    row = requested(change("review_requested", by="ann", target_team="acme/pay")).row(0, named=True)
    assert (row["target_id"], row["target_count"], row["exclusion"]) == (None, 0, None)
    assert row["identity_confidence"] == 1.0


def test_asking_oneself_is_excluded():
    own = requested(change("review_requested", by="ann", target_key="ann-home"))
    assert own["exclusion"].to_list() == ["self"]


@pytest.mark.parametrize(("seconds", "exclusion"), [(600, "undone"), (601, None)])
def test_a_request_taken_back_within_ten_minutes_is_none(seconds, exclusion):
    found = requested(
        change("review_requested", by="ann", target_key="cai"),
        change("review_request_removed", by="ann", target_key="cai", seconds=seconds),
    )
    assert found["exclusion"].to_list() == [exclusion]


@pytest.mark.parametrize(
    ("by", "more", "exclusion"),
    [
        ("ann", {}, None),
        ("ann", {"is_automatic": True}, "system"),
        ("robot", {}, "bot"),
        ("ann-home", {"author_key": "ann"}, "self"),
    ],
)
def test_merging_anothers_change_is_an_act_unless_a_queue_or_a_robot_did_it(by, more, exclusion):
    row = merged(change("merged", by=by, **more)).row(0, named=True)
    assert (row["kind"], row["exclusion"], row["happened_at"]) == (
        "merge", exclusion, at(WEDNESDAY),
    )  # fmt: skip


def test_merging_ones_own_change_is_no_act():
    assert merged(change("merged", by="ben")).is_empty()


def test_no_events_give_no_acts():
    assert reviewed().is_empty()
    assert requested().is_empty()
    assert merged().is_empty()
