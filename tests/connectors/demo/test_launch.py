"""The company of METHOD 8, counted anew: nothing here uses what dottedline computes with."""

import subprocess
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import pytest

from connectors.connector import SourceError
from connectors.demo import launch
from connectors.demo.launch import Launch
from connectors.demo.launch_org import PEOPLE
from tests.connectors.demo.launched import at, given, held, meetings, org, person

BERLIN = ZoneInfo("Europe/Berlin")
WINDOW = datetime(2026, 9, 17, 22, tzinfo=UTC), datetime(2026, 10, 2, 15, 30, tzinfo=UTC)
EIGHT_WEEKS = timedelta(weeks=8)


def working_hours(start: datetime, end: datetime) -> float:
    """Hours from 09:00 to 17:30 in Berlin, Monday to Friday, minute by minute."""
    minutes, moment = 0, start
    while moment < end:
        local = moment.astimezone(BERLIN)
        is_open = time(9) <= local.time() < time(17, 30) and local.weekday() < 5
        minutes, moment = minutes + is_open, moment + timedelta(minutes=1)
    return minutes / 60


def asked(made: Launch) -> list[tuple[datetime, datetime | None]]:
    """When P was asked in a comment, and when P first did something on that ticket after it."""
    found = []
    for issue in made.site.issues:
        events = [
            (at(one["created"]), person(one["author"]), str(one.get("body")))
            for one in [*issue["fields"]["comment"]["comments"], *issue["histories"]]
        ]
        for moment, _, body in events:
            if "'acc-p'" in body:
                after = [when for when, by, _ in events if by == "P" and when > moment]
                found.append((moment, min(after, default=None)))
    return sorted(found, key=lambda pair: pair[0])


def test_the_people_are_nine_in_one_team_and_all_but_one_report_to_the_manager(made):
    people = org(made, "people")
    assert [row["person_id"] for row in people] == [one.person_id for one in PEOPLE]
    assert len(people) == 9
    assert {row["team_id"] for row in people} == {"checkout"}
    assert {row["working_hours"] for row in people} == {"Mo-Fr 09:00-17:30"}
    zones = {row["person_id"]: row["time_zone"] for row in people}
    assert zones.pop("D2") == "America/New_York"
    assert set(zones.values()) == {"Europe/Berlin"}
    lines = org(made, "reporting_lines")
    assert [row["person_id"] for row in lines] == ["S", "D1", "D2", "D3", "D4", "Q1", "W"]
    assert {row["manager_id"] for row in lines} == {"M"}


def test_what_is_recorded_of_roles(made):
    lead, signoff = org(made, "mandates")
    assert (lead["holder_id"], lead["mandate_kind"], lead["scope_id"], lead["act_kinds"]) == (
        "P", "project_lead", "LNCH", "",
    )  # fmt: skip
    assert (lead["valid_from"], lead["confirmed_on"]) == ("2026-01-01", "2026-09-01")
    assert lead["recorded_at"] == "2026-01-01T00:00Z"
    assert (signoff["holder_id"], signoff["scope_type"], signoff["scope_id"]) == (
        "Q1", "process", "qa_signoff",
    )  # fmt: skip
    [delegation] = org(made, "delegations")
    assert list(delegation.values()) == [
        "P", "S", "assign", "project", "LNCH", "2026-09-30", "2026-10-03", "2026-09-29T12:00Z",
    ]  # fmt: skip
    assert list(org(made, "required_steps")[0].values()) == ["LNCH", "QA Review", "Done"]


def test_the_window_is_ten_working_days_before_the_release_and_that_day(made):
    [window] = org(made, "windows")
    first = date.fromisoformat(window["valid_from"])
    days = [first + timedelta(days=number) for number in range((date(2026, 10, 2) - first).days)]
    assert sum(day.weekday() < 5 for day in days) == 10
    assert datetime.fromisoformat(window["valid_to"]) == WINDOW[1]


def test_acts_of_the_window_are_those_of_the_paper_to_the_minute(made):
    acts = [act for act in given(made) if WINDOW[0] <= act[0] < WINDOW[1]]
    told = [f"{when:%m-%d %H:%M} {key[5:]} {by} {was} {to}" for when, key, by, was, to in acts]
    assert told == [
        "09-22 06:50 110 P None Q1",
        "09-22 06:50 111 P None Q1",
        "09-22 07:10 101 S None D1",
        "09-22 07:14 102 S None D2",
        "09-22 07:15 103 S None D1",
        "09-23 09:00 112 M None D4",
        "09-23 12:02 104 S None D3",
        "09-23 12:05 105 S None D4",
        "09-24 10:00 113 S None S",
        "09-24 10:05 114 AUTOMATION None D3",
        "09-24 17:05 106 S None D1",
        "09-24 17:09 107 S None D3",
        "09-25 19:40 108 S None D2",
        "09-25 19:42 109 S None D4",
        "09-28 08:30 103 S D1 D2",
        "09-29 08:45 107 S D3 D4",
        "09-30 09:00 115 S None D1",
    ]
    assert {when.second for when, *_ in acts} == {0}


def test_twelve_test_tickets_are_opened_by_the_holder_for_nobody(made):
    tests = [one for one in made.site.issues if 101 <= int(one["key"][5:]) <= 112]
    assert len(tests) == 12
    assert {one["fields"]["created"] for one in tests} == {"2026-09-16T09:00:00.000+0000"}
    assert {person(one["fields"]["creator"]) for one in tests} == {"P"}
    firsts = {key: was for _, key, _, was, _ in reversed(given(made))}
    assert {firsts[one["key"]] for one in tests} == {None}


def test_three_tickets_pass_the_required_step_over(made):
    ways = {
        issue["key"]: [
            item["toString"]
            for history in issue["histories"]
            for item in history["items"]
            if item["field"] == "status"
        ]
        for issue in made.site.issues
    }
    done = {key: way for key, way in ways.items() if "Done" in way}
    assert sorted(done) == [f"LNCH-{number}" for number in range(101, 113)]
    skipped = [key for key, way in done.items() if "QA Review" not in way]
    assert skipped == ["LNCH-102", "LNCH-105", "LNCH-108"]
    assert {tuple(way) for key, way in done.items() if key not in skipped} == {
        ("In Test", "QA Review", "Done")
    }


def test_twenty_acts_of_the_eight_weeks_before_two_of_them_by_people_without_a_role(made):
    acts = [act for act in given(made) if WINDOW[0] - EIGHT_WEEKS <= act[0] < WINDOW[0]]
    assert len(acts) == 20
    assert Counter(by for _, _, by, _, _ in acts) == {"P": 18, "D1": 1, "D4": 1}
    assert all(by != to for _, _, by, _, to in acts)
    assert [act for act in given(made) if act[0] < WINDOW[0] - EIGHT_WEEKS] == []


def test_answers_before_the_window_took_as_long_as_told(made):
    before = [pair for pair in asked(made) if pair[0] < WINDOW[0]]
    assert {moment >= WINDOW[0] - EIGHT_WEEKS for moment, _ in before} == {True}
    waits = sorted(working_hours(moment, answered) for moment, answered in before if answered)
    assert waits == [2, 3, 3, 4, 5, 5, 6, 8, 9, 12]
    assert median(waits) == 5
    assert quantiles(waits, n=4, method="inclusive")[2] == 7.5


def test_answers_in_the_window_took_as_long_as_told_and_four_are_open(made):
    inside = [pair for pair in asked(made) if pair[0] >= WINDOW[0]]
    closed = [working_hours(moment, answered) for moment, answered in inside if answered]
    assert sorted(closed) == [12, 20, 29, 33, 41]
    assert all(answered < WINDOW[1] for _, answered in inside if answered)
    still_open = [moment for moment, answered in inside if answered is None]
    assert [f"{moment:%m-%d %H:%M}" for moment in still_open] == [
        "09-21 09:00", "09-22 09:30", "09-23 09:00", "09-23 15:00",
    ]  # fmt: skip
    assert [working_hours(moment, WINDOW[1]) for moment in still_open] == [83, 74, 66, 60]


def test_half_of_those_who_ask_wait_41_hours_or_more_where_open_ones_count(made):
    """By Kaplan and Meier; without the open ones it would be 29."""
    inside = [pair for pair in asked(made) if pair[0] >= WINDOW[0]]
    waits = sorted(
        (working_hours(moment, answered or WINDOW[1]), answered is not None)
        for moment, answered in inside
    )
    staying, surviving, middle = len(waits), 1.0, None
    for wait, is_answered in waits:
        surviving *= 1 - is_answered / staying
        staying -= 1
        middle = wait if middle is None and surviving <= 0.5 else middle
    assert middle == 41
    assert median(wait for wait, is_answered in waits if is_answered) == 29


def test_something_has_waited_above_fifteen_hours_whenever_s_acts(made):
    """What is nobody's waits from its opening, what P was asked until P answers."""
    firsts = {key: when for when, key, *_ in reversed(given(made))}
    waiting = [
        (at(one["fields"]["created"]), firsts[one["key"]])
        for one in made.site.issues
        if 101 <= int(one["key"][5:]) <= 112
    ] + asked(made)
    acts = [act for act in given(made) if act[2] == "S" and WINDOW[0] <= act[0] < WINDOW[1]]
    longest = [
        max(working_hours(start, when) for start, end in waiting if not end or start <= when <= end)
        for when, *_ in acts
    ]
    assert min(longest) > 2 * 7.5


def test_on_each_ticket_p_is_asked_once_and_nothing_else_is_asked_of_p(made):
    assert len(asked(made)) == 19
    assert [to for *_, to in given(made) if to == "P"] == []
    own = [one for one in made.site.issues if 201 <= int(one["key"][5:]) <= 219]
    assert len(own) == 19
    assert {one["fields"]["assignee"] == one["fields"]["creator"] for one in own} == {True}


def test_after_the_launch_the_same_acts_come_again_under_a_mandate(made, made_after):
    first = [act for act in given(made) if act[0] >= WINDOW[0] and int(act[1][5:]) <= 112]
    again = [act for act in given(made_after) if act[0] >= datetime(2026, 10, 5, tzinfo=UTC)]
    assert [(when - timedelta(weeks=2), *act) for when, _, *act in again] == [
        (when, *act) for when, _, *act in first
    ]
    by_s = [when for when, _, by, *_ in again if by == "S"]
    assert (f"{by_s[0]:%m-%d}", f"{by_s[-1]:%m-%d}", len(by_s)) == ("10-06", "10-13", 11)
    recognised = org(made_after, "mandates")[-1]
    wanted = {
        "holder_id": "S",
        "scope_id": "LNCH",
        "act_kinds": "assign;reassign;convene;follow_up",
        "compensated": "time",
        "time_budget_hours_week": "3",
        "valid_from": "2026-10-05",
        "recorded_at": "2026-10-02T00:00Z",
    }
    assert {name: recognised[name] for name in wanted} == wanted
    rows = meetings(made_after)
    assert len(held(rows, "test-sync")) == 8
    assert [off for _, _, off in held(rows, "test-sync")].count(True) == 2


def test_until_the_fifth_of_october_both_tell_the_same(made, made_after):
    until = datetime(2026, 10, 4, 22, tzinfo=UTC)
    assert [act for act in given(made_after) if act[0] < until] == given(made)
    first, then = meetings(made), meetings(made_after)
    early = then["raw.meetings"]["happened_at"] < until
    assert (
        then["raw.meetings"]
        .filter(early)
        .equals(first["raw.meetings"].filter(first["raw.meetings"]["happened_at"] < until))
    )


def test_two_makings_are_the_same_byte_for_byte(tmp_path, made):
    other = launch.build(tmp_path / "again")
    assert other.site.issues == made.site.issues
    command = ["diff", "-r", str(other.settings.parent), str(made.settings.parent)]
    assert subprocess.run(command, capture_output=True, text=True, check=False).stdout == ""


def test_a_folder_of_somebody_s_own_is_left_alone(tmp_path):
    (tmp_path / "dottedline.toml").write_text("[company]\n")
    with pytest.raises(SourceError, match="no demo made"):
        launch.build(tmp_path)
    assert [path.name for path in Path(tmp_path).iterdir()] == ["dottedline.toml"]


def test_settings_name_the_address_that_answers_and_hold_no_secret(tmp_path):
    made = launch.build(tmp_path)
    with launch.serving(made) as url:
        text = made.settings.read_text()
    assert f'url = "{url}"' in text
    assert f'internal_hosts = ["{url.removeprefix("http://")}"]' in text
    assert made.site.token not in text
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0
