import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from connectors import ics
from connectors.connector import Access, Batch, SourceError
from models.privacy import account_key
from models.tables import meetings, raw
from tests.connectors.calendars import KEY, calendar, event, moment
from tests.connectors.loopback import Site, serving

WEEKLY = "RRULE:FREQ=WEEKLY"
PLAN = event("ORGANIZER;CN=Pat Plan:mailto:Pat@a.test", "ATTENDEE;CN=Sam:mailto:sam@a.test", WEEKLY)


@dataclass(frozen=True)
class Rooms:
    urls: tuple[str, ...]
    name: str = "rooms"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as site:
        yield site


def access(folder: Path | str = ".", *hosts: str, until: str = "2026-10-05") -> Access:
    return Access(
        key=KEY,
        since=moment("2026-09-01"),
        until=moment(until),
        now=moment("2026-10-05"),
        folder=str(folder),
        internal_hosts=hosts,
    )


def put(folder: Path, name: str, *parts: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(calendar(*parts))


def again(batch: Batch) -> dict[str, object]:
    """The cursor as it comes back from the lake."""
    kept: dict[str, object] = json.loads(json.dumps(batch.cursor))
    return kept


def held(batch: Batch) -> list[str]:
    return batch.rows["raw.meetings"]["meeting_id"].to_list()


def key(address: str) -> str:
    return account_key(KEY, "rooms", address)


def test_rows_are_those_of_the_declared_tables(tmp_path):
    put(tmp_path, "a.ics", PLAN)
    batch = ics.sync(Rooms(("a.ics",)), None, access(tmp_path))
    assert batch.restart
    for table in (meetings.MEETINGS, meetings.ATTENDANCES, raw.ACCOUNTS):
        rows = batch.rows[table.name]
        assert table.schema.validate(rows).height == rows.height > 0
    assert batch.rows["raw.meetings"].row(0, named=True) == {
        "source": "rooms",
        "meeting_id": "u@20260923T110000Z",
        "series_id": "u",
        "happened_at": moment("2026-09-23T11:00"),
        "ends_at": moment("2026-09-23T11:30"),
        "utc_week": moment("2026-09-21").date(),
        "time_zone": None,
        "entry_kind": "meeting",
        "organizer_key": key("pat@a.test"),
        "made_by_key": None,
        "attendee_count": 2,
        "is_series": True,
        "is_moved": False,
        "is_cancelled": False,
        "is_all_day": False,
        "is_private": False,
        "scope_chain": "meeting_series:u",
        "flags_version": 2,
    }


def test_names_and_addresses_stand_in_accounts_alone(tmp_path):
    put(tmp_path, "a.ics", PLAN)
    batch = ics.sync(Rooms(("a.ics",)), None, access(tmp_path))
    people = batch.rows["raw.accounts"].select("account_id", "name", "account_key", "kind")
    assert sorted(people.rows()) == [
        ("pat@a.test", "Pat Plan", key("pat@a.test"), "human"),
        ("sam@a.test", "Sam", key("sam@a.test"), "human"),
    ]
    others = [rows for name, rows in batch.rows.items() if name != "raw.accounts"]
    kept = repr([rows.rows() for rows in others]) + json.dumps(batch.cursor)
    assert "@a.test" not in kept
    assert "Pat" not in kept


def test_a_name_cannot_carry_what_changes_how_the_rest_is_shown(tmp_path):
    hostile = 'ATTENDEE;CN="=A\u202eB\u200b[31m":mailto:x@a.test'
    put(tmp_path, "a.ics", event(hostile))
    batch = ics.sync(Rooms(("a.ics",)), None, access(tmp_path))
    assert batch.rows["raw.accounts"]["name"].to_list() == ["=AB[31m"]


def test_one_meeting_in_many_calendars_counts_once_and_the_organiser_s_copy_first(tmp_path):
    who = ("ORGANIZER:mailto:pat@a.test",)
    put(tmp_path, "sam@a.test.ics", event(*who, "SEQUENCE:1", "ATTENDEE:mailto:sam@a.test"))
    full = ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:sam@a.test", "ATTENDEE:mailto:lee@a.test")
    put(tmp_path, "pat@a.test.ics", event(*who, *full))
    put(tmp_path, "zoe.ics", event(*who, "SEQUENCE:2", "ATTENDEE:mailto:zoe@a.test"))
    batch = ics.sync(Rooms(("*.ics",)), None, access(tmp_path))
    assert held(batch) == ["u@20260923T110000Z"]
    asked = batch.rows["raw.attendances"].select("account_key", "response", "is_organizer")
    assert sorted(asked.rows()) == sorted(
        [
            (key("pat@a.test"), "accepted", True),
            (key("sam@a.test"), "accepted", False),
            (key("lee@a.test"), "unanswered", False),
        ]
    )


def test_of_two_copies_of_others_the_later_version_counts(tmp_path):
    who = ("ORGANIZER:mailto:pat@a.test", "ATTENDEE:mailto:sam@a.test")
    put(tmp_path, "a.ics", event(*who, "SEQUENCE:3", "STATUS:CANCELLED"))
    put(tmp_path, "b.ics", event(*who, "SEQUENCE:2"))
    batch = ics.sync(Rooms(("*.ics",)), None, access(tmp_path))
    assert batch.rows["raw.meetings"]["is_cancelled"].to_list() == [True]


def test_a_copy_marked_private_names_nobody(tmp_path):
    put(tmp_path, "a.ics", PLAN)
    put(tmp_path, "b.ics", PLAN.replace("UID:u", "UID:u\nCLASS:PRIVATE"))
    batch = ics.sync(Rooms(("*.ics",)), None, access(tmp_path))
    assert batch.rows["raw.meetings"]["is_private"].to_list() == [True, True]
    assert batch.rows["raw.attendances"].height == batch.rows["raw.accounts"].height == 0


def test_files_patterns_and_absolute_paths(tmp_path):
    put(tmp_path, "in/deep/a.ics", event(uid="a"))
    put(tmp_path, "in/b.ics", event(uid="b"))
    put(tmp_path, "c.ics", event(uid="c"))
    put(tmp_path, "in/d.txt", event(uid="d"))
    urls = ("in/**/*.ics", "in/b.ics", str(tmp_path / "c.ics"))
    batch = ics.sync(Rooms(urls), None, access(tmp_path))
    assert [uid.partition("@")[0] for uid in held(batch)] == ["a", "b", "c"]


def test_a_pattern_without_files_is_a_line_and_nothing_at_all_is_an_error(tmp_path):
    put(tmp_path, "a.ics", event())
    batch = ics.sync(Rooms(("a.ics", "none/*.ics")), None, access(tmp_path))
    assert [problem.text for problem in batch.problems] == [
        "none/*.ics: no such file; look at urls of the source"
    ]
    with pytest.raises(SourceError, match="no such file"):
        ics.sync(Rooms(("none/*.ics",)), None, access(tmp_path))


def test_a_malformed_calendar_and_a_malformed_entry_cost_a_line_each(tmp_path):
    put(tmp_path, "good.ics", event(uid="secret-subject"))
    put(tmp_path, "half.ics", event("RRULE:FREQ=WEEKLY;UNTIL=x", uid="hidden"), event(uid="half"))
    (tmp_path / "bad.ics").write_bytes(b"canary-text")
    batch = ics.sync(Rooms(("*.ics",)), None, access(tmp_path))
    assert [uid.partition("@")[0] for uid in held(batch)] == ["half", "secret-subject"]
    bad, half = sorted(problem.text for problem in batch.problems)
    assert bad.startswith("bad.ics: ")
    assert half.startswith("half.ics: entry ")
    assert "left out" in half
    assert "hidden" not in half
    assert "canary" not in bad


def test_a_file_named_after_an_address_is_spoken_of_by_its_pattern(tmp_path):
    (tmp_path / "sam@a.test.ics").write_bytes(b"x")
    put(tmp_path, "b.ics", event())
    [problem] = ics.sync(Rooms(("*.ics",)), None, access(tmp_path)).problems
    assert problem.text.startswith("*.ics (file 2): ")


def test_a_full_run_reads_calendars_anew_that_are_the_same(tmp_path):
    put(tmp_path, "a.ics", event(uid="a"))
    rooms = Rooms(("a.ics",))
    first = ics.sync(rooms, None, access(tmp_path))
    full = ics.sync(rooms, again(first), replace(access(tmp_path), is_full=True))
    assert (full.restart, held(full)) == (True, held(first))


def test_the_same_calendars_bring_nothing_until_a_date_comes_due(tmp_path):
    put(tmp_path, "a.ics", PLAN)
    rooms = Rooms(("a.ics",))
    first = ics.sync(rooms, None, access(tmp_path))
    same = ics.sync(rooms, again(first), access(tmp_path))
    assert (same.rows, same.restart) == ({}, False)
    quiet = ics.sync(rooms, again(same), access(tmp_path, until="2026-10-07"))
    assert (quiet.rows, quiet.restart) == ({}, False)
    due = ics.sync(rooms, again(quiet), access(tmp_path, until="2026-10-08"))
    assert due.restart
    assert held(due) == ["u@20260923T110000Z", "u@20260930T110000Z", "u@20261007T110000Z"]


@pytest.mark.parametrize("change", ["file", "key", "until", "since", "files"])
def test_all_is_read_anew_where_something_differs(tmp_path, change):
    put(tmp_path, "a.ics", PLAN)
    rooms, given = Rooms(("*.ics",)), access(tmp_path)
    first = ics.sync(rooms, None, given)
    changes: dict[str, dict[str, Any]] = {
        "key": {"key": b"other" * 8},
        "until": {"until": moment("2026-10-01")},
        "since": {"since": moment("2026-08-01")},
    }
    if change == "file":
        put(tmp_path, "a.ics", event(uid="new"))
    if change == "files":
        put(tmp_path, "b.ics", event(uid="new"))
    batch = ics.sync(rooms, again(first), replace(given, **changes.get(change, {})))
    assert batch.restart
    assert batch.rows["raw.meetings"].height > 0


def test_a_beginning_that_moves_on_with_time_changes_nothing(tmp_path):
    put(tmp_path, "a.ics", PLAN)
    first = ics.sync(Rooms(("*.ics",)), None, access(tmp_path))
    later = replace(access(tmp_path), since=moment("2026-09-02"))
    assert ics.sync(Rooms(("*.ics",)), again(first), later).rows == {}


def test_once_the_beginning_moves_on_no_week_is_brought_in_part(tmp_path):
    """Such a week is purged each night: bringing it again would compute it again each night."""
    put(tmp_path, "a.ics", event("RRULE:FREQ=DAILY", start=":20260801T120000Z"))
    rooms, given = Rooms(("a.ics",)), access(tmp_path)
    first = ics.sync(rooms, None, given)
    assert held(first)[0] == "u@20260901T120000Z"
    thursday = replace(given, since=moment("2026-09-03"), until=moment("2026-10-06"))
    second = ics.sync(rooms, again(first), thursday)
    same_day = ics.sync(rooms, again(second), replace(thursday, until=moment("2026-10-07")))
    for batch in (second, same_day):
        assert held(batch)[0] == "u@20260907T120000Z"


def test_an_address_of_a_calendar_program_is_asked_over_https():
    with pytest.raises(SourceError, match="private network"):
        ics.sync(Rooms(("webcal://127.0.0.1/a.ics",)), None, access())


def test_what_was_left_out_is_said_again_while_nothing_changes(tmp_path):
    put(tmp_path, "a.ics", event("RRULE:FREQ=WEEKLY;UNTIL=x", uid="bad"), event())
    first = ics.sync(Rooms(("*.ics",)), None, access(tmp_path))
    same = ics.sync(Rooms(("*.ics",)), again(first), access(tmp_path))
    assert same.rows == {}
    assert [one.text for one in same.problems] == [one.text for one in first.problems] != []


def test_an_address_is_asked_for_what_is_new_only(site):
    body = calendar(PLAN)

    def answer(_path: str, headers: object) -> tuple[int, dict[str, str], bytes]:
        assert isinstance(headers, dict)
        is_same = headers.get("if-none-match") == '"1"'
        return (304, {}, b"") if is_same else (200, {"ETag": '"1"', "Last-Modified": "then"}, body)

    site.replies["/a.ics"] = answer
    rooms = Rooms((site.url("/a.ics"),))
    first = ics.sync(rooms, None, access(".", site.host))
    same = ics.sync(rooms, again(first), access(".", site.host))
    assert (len(held(first)), same.rows) == (2, {})
    assert site.asked[1][1]["if-modified-since"] == "then"
    due = ics.sync(rooms, again(same), access(".", site.host, until="2026-10-08"))
    assert len(held(due)) == 3
    statuses = ["if-none-match" in headers for _, headers in site.asked]
    assert statuses == [False, True, True, False]


def test_an_address_without_etag_is_known_by_its_content(site):
    site.replies["/a.ics"] = (200, {}, calendar(PLAN))
    rooms = Rooms((site.url("/a.ics"),))
    first = ics.sync(rooms, None, access(".", site.host))
    assert ics.sync(rooms, again(first), access(".", site.host)).rows == {}


def test_an_address_is_not_in_what_is_kept_or_said(site):
    site.replies["/private-canary/a.ics"] = (200, {}, calendar(PLAN))
    rooms = Rooms((site.url("/private-canary/a.ics"), site.url("/canary-gone.ics")))
    batch = ics.sync(rooms, None, access(".", site.host))
    [problem] = batch.problems
    assert problem.text.startswith(f"{site.host} (item 2 of urls): 127.0.0.1: answers 404; look at")
    assert "canary" not in problem.text
    assert "canary" not in json.dumps(batch.cursor)


def test_an_address_on_a_private_network_is_refused_unless_it_is_listed(site):
    with pytest.raises(SourceError, match="internal_hosts"):
        ics.sync(Rooms((site.url("/a.ics"),)), None, access())
    assert site.asked == []


def test_rows_of_a_calendar_that_cannot_be_read_now_stay(site, tmp_path):
    put(tmp_path, "a.ics", event(uid="mine"))
    site.replies["/b.ics"] = (200, {}, calendar(event(uid="theirs")))
    rooms, given = Rooms(("a.ics", site.url("/b.ics"))), access(tmp_path, site.host)
    first = ics.sync(rooms, None, given)
    site.replies["/b.ics"] = (503, {}, b"")
    partial = ics.sync(rooms, again(first), given)
    assert not partial.restart
    assert held(partial) == ["mine@20260923T110000Z"]
    assert partial.objects["raw.meetings"] == ("series_id", frozenset({"mine"}))
    assert "503" in partial.problems[0].text
    site.replies["/b.ics"] = (200, {}, calendar(event(uid="theirs")))
    whole = ics.sync(rooms, again(partial), given)
    assert whole.restart
    assert len(held(whole)) == 2


@pytest.mark.parametrize("urls", [("a.ics", "away/b.ics"), ("a.ics", "away/*.ics")])
def test_rows_of_files_that_are_away_stay_until_the_settings_name_them_no_more(tmp_path, urls):
    put(tmp_path, "a.ics", event(uid="a"))
    put(tmp_path, "away/b.ics", event(uid="b"))
    rooms, given = Rooms(urls), access(tmp_path)
    first = ics.sync(rooms, None, given)
    (tmp_path / "away/b.ics").unlink()
    partial = ics.sync(rooms, again(first), given)
    still = ics.sync(rooms, again(partial), given)
    for batch in (partial, still):
        assert (batch.restart, held(batch)) == (False, ["a@20260923T110000Z"])
        assert "no such file" in batch.problems[0].text
    assert ics.sync(Rooms(("a.ics",)), again(still), given).restart
    put(tmp_path, "away/b.ics", event(uid="b"))
    assert held(ics.sync(rooms, again(still), given)) == held(first)


def test_a_calendar_taken_out_of_the_settings_takes_its_rows_along(tmp_path):
    put(tmp_path, "a.ics", event(uid="a"))
    put(tmp_path, "b.ics", event(uid="b"))
    first = ics.sync(Rooms(("a.ics", "b.ics")), None, access(tmp_path))
    batch = ics.sync(Rooms(("a.ics",)), again(first), access(tmp_path))
    assert (batch.restart, held(batch)) == (True, ["a@20260923T110000Z"])


def test_what_is_withheld_is_counted_and_nothing_more(tmp_path):
    put(tmp_path, "a.ics", event(), event("SUMMARY:Betriebsratssitzung", uid="canary"))
    batch = ics.sync(Rooms(("a.ics",)), None, access(tmp_path))
    assert batch.cursor["withheld"] == 1
    kept = repr([rows.rows() for rows in batch.rows.values()]) + json.dumps(batch.cursor)
    assert "canary" not in kept
    assert list(batch.problems) == []


def test_probe_says_a_line_a_calendar(tmp_path):
    put(tmp_path, "a.ics", event(), event(uid="v"))
    put(tmp_path, "b.ics", event("RRULE:FREQ=WEEKLY;UNTIL=x"))
    (tmp_path / "c.ics").write_bytes(b"x")
    lines = list(ics.probe(Rooms(("*.ics", "d.ics")), access(tmp_path)))
    assert [is_well for is_well, _ in lines] == [False, True, False, False]
    assert [text.partition(":")[0] for _, text in lines] == ["d.ics", "a.ics", "b.ics", "c.ics"]
    assert lines[1][1] == "a.ics: 2 entries can be read"


def test_no_entries_give_tables_without_rows(tmp_path):
    put(tmp_path, "a.ics")
    batch = ics.sync(Rooms(("a.ics",)), None, access(tmp_path))
    assert {name: rows.height for name, rows in batch.rows.items()} == {
        "raw.meetings": 0,
        "raw.attendances": 0,
        "raw.accounts": 0,
    }
    assert isinstance(batch.rows["raw.meetings"], pl.DataFrame)
