"""The calendars of METHOD 8's company, as the connector reads them, counted anew."""

from datetime import date, datetime, time, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from models.privacy import account_key
from tests.connectors.demo.launched import KEY, asked_to, held, meetings, org

BERLIN = ZoneInfo("Europe/Berlin")


def test_four_test_syncs_of_half_an_hour_one_called_off(made):
    rows = meetings(made)
    assert held(rows, "test-sync") == [
        ("09-23 11:00", 30, False),
        ("09-25 11:00", 30, False),
        ("09-28 11:00", 30, False),
        ("09-30 11:00", 30, True),
    ]
    syncs = rows["raw.meetings"]["meeting_id"].to_list()
    for sync in (one for one in syncs if one.startswith("test-sync")):
        assert asked_to(rows, sync) == {"S", "D1", "D2", "D3", "D4"}
    assert set(rows["raw.attendances"]["response"]) == {"accepted"}


def test_s_was_invited_to_none_of_two_planning_meetings(made):
    rows = meetings(made)
    assert [start for start, _, _ in held(rows, "launch-planning")] == [
        "09-21 08:00",
        "09-28 08:00",
    ]
    planning = [one for one in rows["raw.meetings"]["meeting_id"] if one.startswith("launch-")]
    assert {frozenset(asked_to(rows, one)) for one in planning} == {frozenset({"P", "M", "Q1"})}


def test_p_is_in_meetings_for_31_hours_and_usually_for_18(made):
    rows = meetings(made)
    p = account_key(KEY, "rooms", "p@checkout.example")
    own = rows["raw.attendances"].filter(account_key=p)["meeting_id"].to_list()
    minutes: dict[date, set[datetime]] = {}
    for row in rows["raw.meetings"].iter_rows(named=True):
        if row["meeting_id"] in own and not row["is_cancelled"]:
            local, end = (row[name].astimezone(BERLIN) for name in ("happened_at", "ends_at"))
            week = local.date() - timedelta(days=local.weekday())
            length = (end - local) // timedelta(minutes=1)
            every = {local + timedelta(minutes=number) for number in range(length)}
            assert not every & minutes.setdefault(week, set())
            minutes[week] |= every
    hours = {week: len(every) / 60 for week, every in minutes.items()}
    busy = date(2026, 9, 21)
    before = [hours[busy - timedelta(weeks=number)] for number in range(1, 27)]
    assert hours[busy] == 31
    assert median(before) == 18
    assert len(set(before)) > 1
    assert all(
        time(9) <= moment.time() < time(17, 30) for every in minutes.values() for moment in every
    )


def test_every_meeting_of_the_launch_belongs_to_the_project_and_the_project_to_the_team(made):
    scopes = {row["object_id"]: (row["scope_type"], row["scope_id"]) for row in org(made, "scopes")}
    assert scopes.pop("LNCH") == ("team", "checkout")
    assert set(scopes.values()) == {("project", "LNCH")}
    series = meetings(made)["raw.meetings"]["series_id"].unique()
    assert {one for one in series if not one.startswith("talk-")} == set(scopes)
