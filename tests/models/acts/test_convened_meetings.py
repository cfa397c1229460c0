"""Who convenes whom, and which entries of a calendar are no coordination (METHOD 3)."""

from typing import Any

import polars as pl
import pytest

from models.acts.act_targets import act_targets
from models.acts.convened_meetings import convened_meetings, led_by_meetings
from models.tables import acts, org
from tests.given import rows
from tests.models.acts.services import (
    PEOPLE,
    WEDNESDAY,
    attendance,
    attendances,
    identities,
    meeting,
    meetings,
)
from tests.models.world import at

START = at("2026-01-01 00:00")
SYNC = meeting()


def convened(
    *dates: dict[str, Any], there: list[dict[str, Any]], people: Any = (), teams: Any = ()
) -> pl.DataFrame:
    found = convened_meetings(
        meetings(*dates), attendances(*there), identities(), rows(org.PEOPLE, *people),
        rows(org.TEAMS, *teams),
    ).collect(engine="streaming")  # fmt: skip
    return acts.CONVENED_MEETINGS.schema.validate(found).sort("happened_at", "act_id")


def count(date: dict[str, Any], **more: Any) -> int:
    return convened(date, there=attendance("ann", "ben", "cai", of=date), **more).height


def test_a_meeting_of_three_is_convened_by_its_organiser_at_its_start():
    row = convened(SYNC, there=attendance("ann", "ben", "cai", of=SYNC)).row(0, named=True)
    assert (row["kind"], row["actor_id"], row["happened_at"]) == ("convene", "ann", at(WEDNESDAY))
    assert (row["target_id"], row["target_count"]) == (None, 2)
    assert (row["object_kind"], row["object_id"]) == ("meeting", f"sync@{WEDNESDAY}")
    assert (row["scope_type"], row["scope_id"], row["exclusion"]) == (
        "meeting_series",
        "sync",
        None,
    )
    assert (row["is_moment_own"], row["identity_confidence"]) == (True, 1.0)


@pytest.mark.parametrize("kind", ["focus", "away", "hold", "social"])
def test_what_is_no_meeting_is_not_convened(kind):
    assert count(meeting(entry_kind=kind)) == 0


@pytest.mark.parametrize("more", [{"is_cancelled": True}, {"is_all_day": True}, {"by": None}])
def test_what_was_called_off_or_is_of_days_or_of_nobody_is_not_convened(more):
    assert count(meeting(**more)) == 0


def test_two_are_no_meeting():
    assert convened(SYNC, there=attendance("ann", "ben", of=SYNC)).is_empty()
    declined = attendance("cai", of=SYNC, response="declined")
    assert convened(SYNC, there=[*attendance("ann", "ben", of=SYNC), *declined]).is_empty()
    twice = attendance("ann", "ann-home", "ben", of=SYNC)
    assert convened(SYNC, there=twice).is_empty()


def test_rooms_and_robots_are_nobody_and_strangers_are_people():
    robots = attendance("ann", "ben", "robot", "qa-team", of=SYNC)
    assert convened(SYNC, there=robots).is_empty()
    row = convened(SYNC, there=attendance("ann", "ben", "stranger", of=SYNC)).row(0, named=True)
    assert (row["target_id"], row["target_count"], row["identity_confidence"]) == ("ben", 1, 1.0)


def test_an_organiser_who_declined_did_not_facilitate():
    there = [
        *attendance("ann", of=SYNC, response="declined"), *attendance("ben", "cai", of=SYNC),
    ]  # fmt: skip
    assert convened(SYNC, there=there).is_empty()


def test_each_date_of_a_series_counts_that_was_held_once_at_its_time():
    dates = [
        meeting(when="2026-03-02 10:00", is_series=True),
        meeting(when="2026-03-09 10:00", is_series=True, is_cancelled=True),
        meeting(when="2026-03-16 10:00", is_series=True, is_cancelled=True),
        meeting(when="2026-03-23 15:00", is_series=True, is_moved=True),
        meeting(when="2026-03-30 10:00", is_series=True),
    ]
    there = [row for date in dates[:4] for row in attendance("ann", "ben", "cai", of=date)]
    absent = [
        *attendance("ann", of=dates[4], response="declined"),
        *attendance("ben", "cai", of=dates[4]),
    ]
    assert convened(*dates, there=[*there, *absent])["happened_at"].to_list() == [
        at("2026-03-02 10:00"), at("2026-03-23 15:00"),
    ]  # fmt: skip


def test_a_date_in_two_calendars_counts_once():
    mirror = {**SYNC, "source": "code"}
    there = [
        *attendance("ann", "ben", "cai", of=SYNC),
        *attendance("ann", "ben", "cai", of=mirror, source="code"),
    ]
    assert convened(SYNC, mirror, there=there)["source"].to_list() == ["code"]


def test_an_all_hands_is_excluded_and_is_not_the_assistants():
    date = meeting("all", by="pia", asked=200, made_by_key="ann")
    row = convened(date, there=attendance(*PEOPLE, of=date)).row(0, named=True)
    assert (row["actor_id"], row["exclusion"]) == ("pia", "all_hands")


def company(*teams: str, top: str | None = "top") -> dict[str, list[dict[str, Any]]]:
    """Two teams below a department, with three people each."""
    tree = [{"team_id": team, "parent_team_id": "shop"} for team in teams]
    department = {"team_id": "shop", "parent_team_id": top}
    above = [{"team_id": "top", "parent_team_id": None}] if top else []
    people = [
        {"person_id": name, "team_id": teams[n % len(teams)], "valid_from": START, "valid_to": None}
        for n, name in enumerate(PEOPLE)
    ]
    return {"people": people, "teams": [*tree, department, *above]}


def exclusion_of(*there: str, **frames: Any) -> Any:
    date = meeting("all")
    return convened(date, there=attendance(*there, of=date), **frames)["exclusion"].item()


def test_more_than_half_of_the_department_is_an_all_hands():
    frames = company("red", "blue")
    assert exclusion_of("ann", "ben", "cai", "dan", **frames) == "all_hands"
    assert exclusion_of("ann", "ben", "cai", **frames) is None


def test_a_team_is_no_department():
    assert exclusion_of("ann", "ben", "cai", "dan", **company("red")) is None


def test_with_several_tops_each_is_a_department():
    frames = company("red", "blue", top=None)
    other = {"team_id": "sales", "parent_team_id": None}
    frames["teams"].append(other)
    assert exclusion_of("ann", "ben", "cai", "dan", **frames) == "all_hands"


def test_those_led_are_all_others_who_are_known_and_did_not_decline():
    there = [
        *attendance("ann", "ben", "cai", "stranger", "robot", of=SYNC),
        *attendance("dan", of=SYNC, response="declined"),
        *attendance("olga", of=SYNC, response="unanswered"),
    ]
    found = convened(SYNC, there=there).lazy()
    led = led_by_meetings(found, attendances(*there), identities())
    targets = acts.ACT_TARGETS.schema.validate(act_targets(found, several=led).collect())
    assert sorted(targets["target_id"]) == ["ben", "cai", "olga"]
    assert found.collect()["target_count"].item() == targets.height == 3


def test_a_meeting_with_one_known_other_has_that_one_target_once():
    there = attendance("ann", "ben", "stranger", of=SYNC)
    found = convened(SYNC, there=there).lazy()
    led = led_by_meetings(found, attendances(*there), identities())
    assert act_targets(found, several=led).collect()["target_id"].to_list() == ["ben"]


def test_no_meetings_give_no_acts():
    assert convened(there=[]).is_empty()
