"""Published owners of an area: who holds a mandate there at the week's end."""

from datetime import date, timedelta

import polars as pl
import pytest

from models.metrics.areas import area_owners, areas
from models.tables import acts, metrics, org
from tests.models.world import at, rows

WEEK = date(2026, 3, 2)
OLGA = {"holder_id": "olga", "scope_id": "pay"}


def trace(person: str, week: date, *, led: int = 0, own: int = 0, scope: str = "pay"):
    return {
        "person_id": person, "scope_id": scope, "utc_week": week, "on": week,
        "first_at": at(str(week)), "last_at": at(str(week)), "led_count": led, "own_count": own,
    }  # fmt: skip


def owners(*mandates, people=(), rotas=()):
    found = area_owners(
        rows(acts.TRACES, trace("zoe", WEEK, led=1)),
        rows(org.MANDATES, *mandates),
        rows(org.ROTAS, *rotas),
        rows(org.PEOPLE, *people),
    ).filter(pl.col("week") == WEEK)
    return sorted(found.collect()["owner_id"])


def test_a_deputy_stands_in_and_owns_nothing():
    deputy = {"mandate_id": "d", "holder_id": "ann", "mandate_kind": "deputy",
              "scope_type": "person", "scope_id": "olga"}  # fmt: skip
    assert owners(OLGA, deputy) == ["olga"]


def test_members_of_a_team_and_whose_turn_it_is_are_owners():
    team = {"mandate_id": "t", "holder_type": "team", "holder_id": "red", "scope_id": "pay"}
    rota = {"mandate_id": "r", "holder_type": "rota", "holder_id": "r", "scope_id": "pay"}
    found = owners(
        team,
        rota,
        people=[{"person_id": "ben", "team_id": "red"}],
        rotas=[{"mandate_id": "r", "person_id": "pia"}],
    )
    assert found == ["ben", "pia"]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2026-03-08 09:00", []),
        ("2026-03-08 23:00", ["olga"]),
        ("2026-03-09", ["olga"]),
        (None, ["olga"]),
    ],
)
def test_an_owner_is_one_at_the_weeks_end(end, expected):
    assert owners({**OLGA, "valid_to": end and at(end)}) == expected


def test_a_turn_that_begins_with_the_next_week_east_of_utc_is_not_of_this_one():
    midnight = at("2026-03-08 23:00")  # Monday 00:00 in Berlin
    found = owners(
        {"mandate_id": "r", "holder_type": "rota", "holder_id": "r", "scope_id": "pay"},
        rotas=[
            {"mandate_id": "r", "person_id": "pia", "valid_to": midnight},
            {"mandate_id": "r", "person_id": "sue", "valid_from": midnight},
        ],
    )
    assert found == ["pia"]


def test_what_was_taken_back_is_not_published():
    assert owners({**OLGA, "superseded_at": at("2026-06-01")}) == []


def led(traces, owned=(), *, weeks=(WEEK,)):
    owned = [
        {"scope_type": "component", "scope_id": "pay", "week": week, "owner_id": one}
        for one in owned
        for week in weeks
    ]
    found = areas(
        rows(acts.TRACES, *traces), rows(metrics.AREA_OWNERS, *owned), weeks=list(weeks)
    ).filter(pl.col("scope_id") == "pay")
    return found.collect(engine="streaming").row(0, named=True)


def test_of_equals_the_earlier_id_leads():
    row = led([trace(name, WEEK, led=6) for name in ("zoe", "ann", "mia")], ["mia"])
    assert (row["leader_id"], row["leader_share"]) == ("ann", pytest.approx(1 / 3))
    assert (row["candidate_id"], row["match"]) == ("ann", "differs")
    assert row["informal_share"] == pytest.approx(2 / 3)


def test_an_owner_may_lead_but_is_no_candidate():
    row = led([trace("mia", WEEK, led=9), trace("zoe", WEEK, led=1)], ["mia"])
    assert (row["leader_id"], row["candidate_id"], row["match"]) == ("mia", "zoe", "matches")


def test_below_ten_acts_nobody_is_said_to_lead():
    row = led([trace("mia", WEEK, led=9, own=50)], ["mia"])
    assert (row["leader_id"], row["candidate_id"], row["match"]) == (None, None, "too_few")
    assert row["act_count"] == 9


def test_a_year_counts_to_its_52nd_week():
    year_ago = WEEK - timedelta(weeks=51)
    assert led([trace("mia", year_ago, led=10)])["act_count"] == 10
    week_more = [trace("mia", year_ago - timedelta(weeks=1), led=10), trace("zoe", WEEK, led=1)]
    assert led(week_more)["act_count"] == 1


def test_who_is_busy_everywhere_is_not_the_candidate_everywhere():
    everywhere = [trace("mia", WEEK, led=12), trace("mia", WEEK, led=500, scope="web")]
    row = led([*everywhere, trace("zoe", WEEK, led=8)])
    assert (row["leader_id"], row["candidate_id"]) == ("mia", "zoe")


def test_own_work_makes_a_candidate_and_old_work_less_so():
    old = WEEK - timedelta(weeks=50)
    row = led([trace("mia", old, led=11), trace("zoe", WEEK, own=4)])
    assert (row["leader_id"], row["candidate_id"]) == ("mia", "zoe")


def test_who_was_only_seen_there_neither_leads_nor_is_a_candidate():
    seen = [trace("zoe", WEEK), trace("ann", WEEK, led=12)]
    assert led(seen)["candidate_id"] == led(seen)["leader_id"] == "ann"
    assert led(seen, ["ann"])["candidate_id"] is None


def test_a_series_of_meetings_is_no_area():
    convened = {**trace("ann", WEEK, led=12), "scope_type": "meeting_series"}
    found = areas(rows(acts.TRACES, convened), rows(metrics.AREA_OWNERS), weeks=[WEEK])
    assert found.collect().is_empty()
