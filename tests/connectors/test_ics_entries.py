import json
import time
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from connectors import ics_entries, ics_people
from connectors.ics_entries import CalendarError, Window, read_calendar
from tests.connectors.calendars import NEW_YORK, entries, entry, event, found, moment, starts

FIXTURES = Path(__file__).parents[3] / "shared" / "fixtures" / "calendar" / "ics"
WEEKLY = "RRULE:FREQ=WEEKLY"
BERLIN = ";TZID=Europe/Berlin:20261019T090000"


def test_a_single_meeting():
    only = entry("ORGANIZER:mailto:Ann@A.test", "ATTENDEE;PARTSTAT=DECLINED:mailto:bo@a.test")
    assert only.meeting_id == "u@20260923T110000Z"
    assert f"{only.starts_at:%H:%M}-{only.ends_at:%H:%M}" == "11:00-11:30"
    assert (only.organizer, only.asked_count, only.is_series) == ("ann@a.test", 2, False)
    assert [(one.address, one.response) for one in only.asked] == [
        ("ann@a.test", "accepted"),
        ("bo@a.test", "declined"),
    ]


def test_only_what_starts_inside_the_window():
    weekly = event(WEEKLY, start=":20260901T120000Z")
    window = {"since": "2026-09-15T12:00", "until": "2026-09-29T12:00"}
    assert starts(weekly, **window) == ["2026-09-15 12:00", "2026-09-22 12:00"]


def test_an_endless_series_costs_its_window_only_and_says_when_it_comes_next():
    daily = event("RRULE:FREQ=DAILY", start=":19700101T120000Z")
    read = found(daily, since="2026-09-21", until="2026-09-23")
    assert [f"{one.starts_at:%d %H}" for one in read.entries] == ["21 12", "22 12"]
    assert f"{read.next_at:%Y-%m-%d %H}" == "2026-09-23 12"


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYHOUR=8,9;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55;BYSECOND=0,30",
    ],
)
def test_a_rule_too_frequent_for_a_meeting_is_left_out_before_it_costs_anything(rule):
    read = found(event(f"RRULE:{rule}"), event(uid="v"))
    assert [one.uid for one in read.entries] == ["v"]
    assert list(read.skipped.values()) == ["repeats too often for a meeting"]


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        (";TZID=Europe/Berlin:20261019T090000", ["07:00", "08:00", "08:00", "08:00"]),
        (";TZID=America/New_York:20261019T090000", ["13:00", "13:00", "14:00", "14:00"]),
        (";TZID=Eastern Standard Time:20261019T090000", ["13:00", "13:00", "14:00", "14:00"]),
    ],
)
def test_dates_of_a_series_keep_the_clock_over_the_change_of_the_hour(zone, hours):
    found_at = starts(event(f"{WEEKLY};COUNT=4", start=zone))
    assert [at.split()[1] for at in found_at] == hours


def test_a_zone_of_the_calendar_s_own_is_followed():
    own = event(f"{WEEKLY};COUNT=3", start=";TZID=Ours:20261019T090000")
    assert [at.split()[1] for at in starts(NEW_YORK, own)] == ["13:00", "13:00", "14:00"]
    assert {one.time_zone for one in entries(NEW_YORK, own)} == {None}


def test_the_zone_of_the_calendar_holds_for_times_without_one():
    given = ("X-WR-TIMEZONE:Europe/Berlin", event(start=":20260923T090000"))
    assert starts(*given) == ["2026-09-23 07:00"]
    assert found(*given).unzoned == 0


def test_a_time_without_any_zone_is_taken_as_utc_and_counted():
    read = found(event(start=":20260923T090000"))
    assert ([f"{one.starts_at:%H:%M}" for one in read.entries], read.unzoned) == (["09:00"], 1)


def test_an_entry_of_days_is_midnights_in_utc_and_its_id_is_a_day():
    only = entry(start=";VALUE=DATE:20260923")
    assert (only.is_all_day, only.meeting_id) == (True, "u@20260923")
    assert (f"{only.starts_at:%d %H}", f"{only.ends_at:%d %H}") == ("23 00", "24 00")


def test_a_date_taken_out_is_not_there():
    series = event(f"{WEEKLY};COUNT=3", "EXDATE;TZID=Europe/Berlin:20261026T090000", start=BERLIN)
    assert starts(series) == ["2026-10-19 07:00", "2026-11-02 08:00"]


def test_a_cancelled_date_is_kept_as_cancelled():
    series = event(f"{WEEKLY};COUNT=2", start=BERLIN)
    off = event(
        "RECURRENCE-ID;TZID=Europe/Berlin:20261026T090000",
        "STATUS:CANCELLED",
        start=";TZID=Europe/Berlin:20261026T090000",
    )
    assert [(one.is_cancelled, one.is_moved) for one in entries(series, off)] == [
        (False, False),
        (True, True),
    ]


@pytest.mark.parametrize(
    "line", ["STATUS:CANCELLED", "SUMMARY:Canceled: x", "SUMMARY:Abgesagt - x"]
)
def test_a_cancelled_entry(line):
    assert entry(line).is_cancelled
    assert not entry("SUMMARY:Cancellation policy").is_cancelled


def test_all_of_a_calendar_that_calls_off_is_cancelled():
    assert [one.is_cancelled for one in entries("METHOD:CANCEL", event())] == [True]


@pytest.mark.parametrize(
    ("recurrence", "start"),
    [
        (";TZID=Europe/Berlin:20261026T090000", ";TZID=Europe/Berlin:20261027T100000"),
        (":20261026T080000Z", ":20261027T090000Z"),
        (";TZID=America/New_York:20261026T040000", ";TZID=America/New_York:20261027T050000"),
    ],
)
def test_a_moved_date_is_one_meeting_at_its_new_time_under_its_first(recurrence, start):
    moved = event(f"RECURRENCE-ID{recurrence}", start=start)
    series = event(f"{WEEKLY};COUNT=2", start=BERLIN)
    both = entries(series, moved)
    assert [one.meeting_id for one in both] == ["u@20261019T070000Z", "u@20261026T080000Z"]
    assert [f"{one.starts_at:%m-%d %H:%M}" for one in both] == ["10-19 07:00", "10-27 09:00"]
    assert [one.is_moved for one in both] == [False, True]


def test_a_date_moved_to_whole_days_is_counted_once():
    moved = event("RECURRENCE-ID;TZID=Europe/Berlin:20261026T090000", start=";VALUE=DATE:20261027")
    both = entries(event(f"{WEEKLY};COUNT=2", start=BERLIN), moved)
    assert [(one.meeting_id, one.is_all_day) for one in both] == [
        ("u@20261019T070000Z", False),
        ("u@20261026T080000Z", True),
    ]


def test_who_sent_it_for_the_organiser_does_not_organise():
    only = entry('ORGANIZER;CN="The Chief";SENT-BY="mailto:aide@a.test":mailto:chief@a.test')
    assert (only.organizer, only.made_by) == ("chief@a.test", "aide@a.test")


def test_an_organiser_who_says_nothing_comes_and_one_who_declines_does_not():
    who = "ORGANIZER:mailto:a@a.test"
    silent = entry(who, "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@a.test")
    absent = entry(who, "ATTENDEE;PARTSTAT=DECLINED:mailto:A@a.test")
    assert [one.asked[0].response for one in (silent, absent)] == ["accepted", "declined"]


def test_an_all_hands_that_an_assistant_sends_is_its_organiser_s():
    sent = 'ORGANIZER;SENT-BY="mailto:aide@a.test":mailto:chief@a.test'
    only = entry(sent, *(f"ATTENDEE:mailto:p{number}@a.test" for number in range(200)))
    assert (only.organizer, only.made_by, only.asked_count) == (
        "chief@a.test", "aide@a.test", 201,
    )  # fmt: skip


def test_of_a_series_only_the_dates_that_are_held_count_at_their_times():
    """Two called off, one moved (onto another date of it), one whose organiser declined."""
    berlin = ";TZID=Europe/Berlin:"
    who = ("ORGANIZER:mailto:a@a.test", "ATTENDEE:mailto:b@a.test", "ATTENDEE:mailto:c@a.test")

    def change(day: str, *lines: str, to: str = "") -> str:
        original = f"RECURRENCE-ID{berlin}{day}T090000"
        return event(original, *who, *lines, start=f"{berlin}{to or f'{day}T090000'}")

    read = entries(
        event(f"{WEEKLY};COUNT=6", *who, start=f"{berlin}20260907T090000"),
        change("20260914", "STATUS:CANCELLED"),
        change("20260921", "STATUS:CANCELLED"),
        change("20260928", to="20261005T091500"),
        change("20261012", "ATTENDEE;PARTSTAT=DECLINED:mailto:a@a.test"),
    )
    held = [one for one in read if not one.is_cancelled and one.asked[0].response != "declined"]
    assert [f"{one.starts_at:%m-%d %H:%M}" for one in held] == [
        "09-07 07:00", "10-05 07:15", "10-05 07:00",
    ]  # fmt: skip
    assert len({one.meeting_id for one in read}) == len(read) == 6


def test_nine_in_new_york_is_two_in_berlin_in_the_week_between_the_two_changes():
    found_at = entries(event(f"{WEEKLY};COUNT=3", start=";TZID=America/New_York:20261019T090000"))
    berlin = [one.starts_at.astimezone(ZoneInfo("Europe/Berlin")) for one in found_at]
    assert [f"{at:%m-%d %H:%M}" for at in berlin] == ["10-19 15:00", "10-26 14:00", "11-02 15:00"]


@pytest.mark.parametrize(
    "attendee",
    [
        "ATTENDEE;CUTYPE=ROOM:mailto:room@a.test",
        "ATTENDEE;CUTYPE=RESOURCE:mailto:beamer@a.test",
        "ATTENDEE;CUTYPE=GROUP:mailto:all@a.test",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:fyi@a.test",
        "ATTENDEE:mailto:c_1@resource.calendar.google.com",
    ],
)
def test_rooms_lists_and_those_who_are_told_only_are_not_asked(attendee):
    only = entry("ORGANIZER:mailto:a@a.test", "ATTENDEE:mailto:b@a.test", attendee)
    assert [one.address for one in only.asked] == ["a@a.test", "b@a.test"]
    assert only.asked_count == 2


def test_people_without_an_address_are_counted_and_not_named():
    only = entry("ORGANIZER:mailto:a@a.test", "ATTENDEE;CN=B:invalid:nomail")
    assert ([one.address for one in only.asked], only.asked_count) == (["a@a.test"], 2)


def test_a_calendar_of_many_organises_nothing():
    only = entry("ORGANIZER:mailto:c_1@group.calendar.google.com", "ATTENDEE:mailto:b@a.test")
    assert (only.organizer, only.asked_count) == (None, 1)


@pytest.mark.parametrize(
    ("partstat", "response"),
    [
        ("ACCEPTED", "accepted"),
        ("TENTATIVE", "tentative"),
        ("DECLINED", "declined"),
        ("DELEGATED", "declined"),
        ("NEEDS-ACTION", "unanswered"),
        ("X-OTHER", "unanswered"),
    ],
)
def test_what_was_answered(partstat, response):
    assert entry(f"ATTENDEE;PARTSTAT={partstat}:mailto:b@a.test").asked[0].response == response


@pytest.mark.parametrize("marked", ["PRIVATE", "CONFIDENTIAL"])
def test_of_a_private_entry_nobody_is_kept(marked):
    only = entry(f"CLASS:{marked}", "ORGANIZER:mailto:a@a.test", "ATTENDEE:mailto:b@a.test")
    assert only.is_private
    assert (only.organizer, only.made_by, only.asked, only.asked_count) == (None, None, (), 0)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("SUMMARY:Launch sync", "meeting"),
        ("SUMMARY:Focus time", "focus"),
        ("SUMMARY:Urlaub", "away"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "away"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "meeting"),
        ("TRANSP:TRANSPARENT", "hold"),
        ("SUMMARY:Team lunch", "social"),
    ],
)
def test_the_kind_of_an_entry(line, kind):
    assert entry(line).kind == kind


@pytest.mark.parametrize(
    "line",
    [
        "SUMMARY:Betriebsratssitzung",
        "SUMMARY:Dentist",
        "CATEGORIES:x,Union meeting",
        "LOCATION:SBV",
    ],
)
def test_what_is_none_of_the_company_s_business_is_counted_and_dropped(line):
    read = found(event(line), event(uid="v"))
    assert ([one.uid for one in read.entries], read.withheld) == (["v"], 1)


@pytest.mark.parametrize(
    "given", [{"place": "betriebsrat.ics"}, {"name": "X-WR-CALNAME:Works council"}]
)
def test_a_calendar_of_such_business_is_left_out_whole(given):
    read = found(given.get("name", ""), event(), event(uid="v"), place=given.get("place", "a.ics"))
    assert (read.entries, read.withheld) == ([], 2)


def test_an_entry_that_breaks_the_library_costs_no_other():
    broken = event("RRULE:FREQ=WEEKLY;UNTIL=nonsense", uid="broken")
    read = found(broken, event())
    assert [one.uid for one in read.entries] == ["u"]
    assert len(read.skipped) == 1
    assert "broken" not in next(iter(read.skipped))


def test_a_rule_that_steps_nowhere_is_left_out_instead_of_searched_for_ever():
    read = found(event("RRULE:FREQ=DAILY;INTERVAL=0"), event(uid="v"))
    assert [one.uid for one in read.entries] == ["v"]
    assert list(read.skipped.values()) == ["has a RRULE that comes to no date"]


def test_entries_nested_without_end_cost_no_more_than_their_bytes():
    began = time.process_time()
    read = found("BEGIN:VEVENT\n" * 3_000 + "END:VEVENT\n" * 3_000, event())
    assert ([one.uid for one in read.entries], len(read.skipped)) == (["u"], 1)
    assert time.process_time() - began < 3


def test_a_broken_exception_date_leaves_the_rest_of_the_series():
    read = found(event(f"{WEEKLY};COUNT=2", "EXDATE:nonsense", start=BERLIN))
    assert (len(read.entries), list(read.marred.values())) == (2, ["EXDATE"])


def test_entries_without_uid_stay_apart():
    nameless = event().replace("UID:u\n", "")
    other = nameless.replace("11", "12", 1)
    ids = [one.uid for one in entries(nameless, other)]
    assert len(set(ids)) == 2
    assert all(uid.startswith("unnamed-") for uid in ids)


def test_a_uid_cannot_break_out_of_its_line():
    [only] = entries(event(uid=r"a\nproject:LNCH"))
    assert only.uid == "aproject:LNCH"


@pytest.mark.parametrize("body", [b"", b"<html>sign in</html>", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n"])
def test_what_is_no_calendar_is_refused(body):
    window = Window(moment("2026-01-01"), moment("2027-01-01"), b"k", "s")
    with pytest.raises(CalendarError):
        read_calendar(body, "a.ics", window)


def test_a_calendar_may_be_empty():
    assert found().entries == []


def test_too_many_entries_are_refused(monkeypatch):
    monkeypatch.setattr(ics_entries, "MOST_ENTRIES", 1)
    with pytest.raises(CalendarError, match="more than 1 entries"):
        found(event(), event(uid="v"))


def test_entries_after_what_took_too_long_are_named(monkeypatch):
    monkeypatch.setattr(ics_entries, "MOST_SECONDS", -1.0)
    assert list(found(event()).skipped.values()) == ["comes after what took too long"]


def test_attendees_are_kept_up_to_a_bound_and_counted_beyond(monkeypatch):
    monkeypatch.setattr(ics_people, "MOST_ASKED", 3)
    only = entry(*(f"ATTENDEE:mailto:p{number}@a.test" for number in range(200)))
    assert (len(only.asked), only.asked_count) == (3, 200)


def expected() -> dict[str, dict[str, Any]]:
    if not FIXTURES.exists():
        return {}
    kept: dict[str, dict[str, Any]] = json.loads((FIXTURES / "EXPECTED.json").read_text())
    return {name: given for name, given in kept.items() if given["window"]}


def utc(text: str) -> str:
    start = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return ics_entries._moment(start).isoformat()


@pytest.mark.skipif(not FIXTURES.exists(), reason="the recorded calendars are not here")
@pytest.mark.parametrize(("name", "given"), expected().items())
def test_recorded_calendars_give_the_dates_seen_in_them(name, given):
    since, until = map(datetime.fromisoformat, given["window"])
    read = read_calendar((FIXTURES / name).read_bytes(), name, Window(since, until, b"k", "s"))
    assert (len(read.entries), read.skipped) == (given["count"], {})
    shown = [utc(one["start"]) for one in given["occurrences"]]
    if not given["truncated"]:
        assert sorted(one.starts_at.isoformat() for one in read.entries) == sorted(shown)


# Read by eye in the files: which dates of the series were moved, changed or called off.
BY_EYE = {
    "issue_18_cancel_status.ics": (1, 1),
    "issue_62_moved_event.ics": (1, 0),
    "three_events_one_edited.ics": (1, 0),
    "duration_edited.ics": (1, 0),
    "each_week_but_two_deleted.ics": (0, 0),
    "timezoned.ics": (0, 0),
}


@pytest.mark.skipif(not FIXTURES.exists(), reason="the recorded calendars are not here")
@pytest.mark.parametrize(("name", "counts"), BY_EYE.items())
def test_moved_and_cancelled_dates_of_recorded_calendars(name, counts):
    since, until = map(datetime.fromisoformat, expected()[name]["window"])
    read = read_calendar((FIXTURES / name).read_bytes(), name, Window(since, until, b"k", "s"))
    moved = sum(one.is_moved for one in read.entries)
    assert (moved, sum(one.is_cancelled for one in read.entries)) == counts


def test_no_text_of_an_entry_is_kept():
    only = entry("SUMMARY:canary-1", "DESCRIPTION:canary-2", "LOCATION:canary-3", "URL:canary-4")
    assert "canary" not in repr(only)
