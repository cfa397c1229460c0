"""Reviews in trailers, merges, targets and traces, from commits."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from models.acts.act_targets import act_targets
from models.acts.merges import merges
from models.acts.reviews import reviews
from models.acts.traces import traces
from models.tables import acts, org, raw
from models.tables.code_reviews import CODE_REVIEW_EVENTS
from models.tables.tickets import TICKET_EVENTS
from tests.given import rows
from tests.models.world import at

WEEK = date(2026, 3, 2)
PEOPLE = {"ann": "ann", "ann-home": "ann", "ben": "ben", "olga": "olga"}
CHAIN = "component:pay\nrepository:shop"


def account(key: str, source: str = "code", **more: Any) -> dict[str, Any]:
    known = {"person_id": PEOPLE.get(key), "confidence": 1.0 if key in PEOPLE else 0.0}
    return {"source": source, "account_key": key, "kind": "human", **known, **more}


IDENTITIES = [*map(account, [*PEOPLE, "stranger"]), account("robot", kind="bot")]


def commit(name: str = "c1", author: str = "ben", committer: str = "ben", **more: Any):
    return {
        "source": "code", "commit_id": name * 20, "author_key": author, "committer_key": committer,
        "committed_at": at("2026-03-04 10:00"), "utc_week": WEEK, "lines_changed": 12, **more,
    }  # fmt: skip


CHANGE = (commit(),)


def trailer(by: str, name: str = "c1", kind: str = "reviewed", source: str = "code"):
    return {"source": source, "commit_id": name * 20, "trailer": kind, "account_key": by}


def world(commits, identities=IDENTITIES):
    scopes = [
        {"source": one["source"], "commit_id": one["commit_id"], "scope_chain": CHAIN,
         "scope_type": "component", "scope_id": "pay"}
        for one in commits
    ]  # fmt: skip
    return (
        rows(raw.COMMITS, *commits),
        rows(org.COMMIT_SCOPES, *scopes),
        rows(org.IDENTITIES, *identities),
    )


def reviewed(*trailers: dict[str, Any], commits=CHANGE, identities=IDENTITIES):
    found = reviews(rows(raw.TRAILERS, *trailers), *world(commits, identities))
    return acts.REVIEWS.schema.validate(found.collect(engine="streaming")).sort("act_id")


def merged(*commits: dict[str, Any], identities=IDENTITIES):
    found = merges(*world(commits, identities)).collect(engine="streaming")
    return acts.MERGES.schema.validate(found).sort("act_id")


def test_a_review_is_of_the_author_by_who_the_trailer_names_when_it_landed():
    row = reviewed(trailer("ann")).row(0, named=True)
    assert (row["actor_id"], row["target_id"], row["target_count"]) == ("ann", "ben", 1)
    assert (row["kind"], row["object_id"], row["exclusion"]) == ("review", "c1" * 20, None)
    assert (row["happened_at"], row["is_moment_own"]) == (at("2026-03-04 10:00"), False)
    assert (row["lines_changed"], row["item_count"]) == (12, 0)


def test_each_trailer_is_an_act_and_each_person_counts_once_in_it():
    found = reviewed(
        trailer("ann"), trailer("ann-home"), trailer("ann", kind="acked"), trailer("olga")
    )
    assert found["actor_id"].to_list() == ["ann", "ann", "olga"]


def test_the_authors_own_trailer_is_none_and_that_of_their_other_account_excluded():
    found = reviewed(trailer("ann"), trailer("ann-home"), commits=(commit(author="ann"),))
    assert found.select("actor_id", "exclusion").rows() == [("ann", "self")]


def test_a_robots_trailer_is_no_act():
    assert reviewed(trailer("robot")).is_empty()


def test_a_review_by_an_unknown_account_stays_with_nobody():
    row = reviewed(trailer("stranger")).row(0, named=True)
    assert (row["actor_id"], row["identity_confidence"]) == (None, 0.0)


def test_who_works_on_a_machines_change_leads_nobody():
    row = reviewed(trailer("ann"), commits=(commit(author="robot"),)).row(0, named=True)
    assert (row["target_id"], row["target_count"], row["exclusion"]) == (None, 0, None)


def test_a_commit_in_two_sources_counts_once():
    twice = (commit(), commit(source="mirror"))
    identities = [*IDENTITIES, *({**one, "source": "mirror"} for one in IDENTITIES)]
    found = reviewed(
        trailer("ann"), trailer("ann", source="mirror"), commits=twice, identities=identities
    )
    assert found["source"].to_list() == ["code"]
    both = tuple({**one, "committer_key": "ann"} for one in twice)
    assert merged(*both, identities=identities)["source"].to_list() == ["code"]


@pytest.mark.parametrize(
    ("committer", "exclusion"), [("ann", None), ("robot", "bot"), ("stranger", None)]
)
def test_a_committer_other_than_the_author_merges(committer, exclusion):
    row = merged(commit(committer=committer)).row(0, named=True)
    assert (row["kind"], row["target_id"], row["exclusion"]) == ("merge", "ben", exclusion)
    assert row["is_moment_own"]


def test_who_commits_their_own_work_merges_for_nobody():
    assert merged(commit()).is_empty()
    own = merged(commit(author="ann", committer="ann-home"))
    assert own["exclusion"].to_list() == ["self"]


def test_a_series_applied_in_one_go_is_one_act():
    found = merged(*(commit(f"c{n}", committer="ann") for n in range(6)))
    assert found["exclusion"].to_list() == [None, *["batch"] * 5]
    assert found["item_count"].to_list() == [6, 0, 0, 0, 0, 0]


def test_targets_are_those_who_are_known():
    ledgers = [reviewed(trailer("ann")), merged(commit(author="robot", committer="ann"))]
    found = act_targets(*(ledger.lazy() for ledger in ledgers)).collect()
    assert found.select("target_id", "utc_week").rows() == [("ben", WEEK)]


def test_a_day_in_a_scope_keeps_own_work_apart_from_work_for_others():
    commits = (commit(), commit("c2", author="ann", committed_at=at("2026-03-04 18:00")))
    of_commits, scopes, identities = world(commits)
    found = traces(
        of_commits,
        scopes,
        rows(TICKET_EVENTS),
        rows(CODE_REVIEW_EVENTS),
        identities,
        reviews=reviewed(trailer("ann"), trailer("ann-home", "c2"), commits=commits).lazy(),
        merges=merged(commit(committer="robot")).lazy(),
    ).filter(pl.col("scope_type") == "component")
    row = found.filter(pl.col("person_id") == "ann").collect().row(0, named=True)
    assert (row["own_count"], row["led_count"]) == (1, 1)
    assert (row["first_at"], row["last_at"]) == (at("2026-03-04 10:00"), at("2026-03-04 18:00"))
    assert set(found.collect()["person_id"]) == {"ann", "ben"}


def test_no_commits_give_no_acts():
    assert reviewed(commits=()).is_empty()
    assert merged().is_empty()
