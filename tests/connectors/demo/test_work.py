"""What the made-up people do in tracker, code host and calendars, counted from what is served."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from connectors.demo import Demo, build, serving
from connectors.demo.company import APPS, PROJECTS
from connectors.demo.tickets import after_working_hours

UNTIL = datetime(2026, 11, 16, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> Demo:
    return build(tmp_path_factory.mktemp("demo"), until=UNTIL)


def histories(demo: Demo, key: str):
    for issue in demo.tracker.issues:
        if issue["key"].startswith(f"{key}-"):
            for history in issue["histories"]:
                for item in history["items"]:
                    yield issue, history, item


@pytest.mark.parametrize("key", sorted(PROJECTS.values()))
def test_each_project_has_tickets_that_its_lead_hands_out(demo, key):
    lead = next(one for one in demo.tracker.projects if one["key"] == key)["lead"]["accountId"]
    given = [h["author"]["accountId"] for _, h, item in histories(demo, key)
             if item["field"] == "assignee"]  # fmt: skip
    assert len(given) > 20
    assert given.count(lead) >= len(given) - 11


def test_nothing_is_told_after_the_last_day(demo):
    issues = demo.tracker.issues
    moments = [history["created"] for issue in issues for history in issue["histories"]]
    moments += [issue["fields"]["created"] for issue in issues]
    assert max(moments) < "2026-11-16T00:00:00.000+0000"
    changes = demo.host.repositories[0].pull_requests
    assert max(change.updated for change in changes) < UNTIL


def test_two_tickets_of_the_launch_skip_their_check(demo):
    statuses: dict[str, list[str]] = {}
    for issue, _, item in histories(demo, "LNCH"):
        if item["field"] == "status":
            statuses.setdefault(issue["key"], []).append(item["toString"])
    done = [key for key, told in statuses.items() if "Done" in told]
    assert len([key for key in done if "QA Review" not in statuses[key]]) == 2


def test_the_newcomer_proposes_nothing_before_the_first_day(demo):
    newcomer = demo.company.by_id[str(demo.company.cast.newcomer)]
    own = [c for c in demo.host.repositories[0].pull_requests if c.author == newcomer.login]
    assert len(own) >= 5
    assert min(change.opened_at.date() for change in own) >= newcomer.joined_on
    assert demo.host.repositories[0].name == APPS


def test_who_has_no_calendar_is_in_no_meeting(demo):
    asked = set()
    for path in sorted(demo.calendars.glob("*.ics")):
        for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            guests = event["attendee"]
            asked |= {str(guest) for guest in (guests if isinstance(guests, list) else [guests])}
    absent = demo.company.by_id[demo.company.cast.without_calendar]
    assert f"mailto:{absent.email}" not in asked
    assert len(asked) == len(demo.company.people) - 1


def test_waiting_counts_the_hours_of_the_one_asked_only(demo):
    lead = demo.company.by_id[demo.company.cast.launch_lead]
    friday = datetime(2026, 11, 6, 12, 30, tzinfo=UTC)  # 13:30 in Berlin; work ends at 14:00
    answered = after_working_hours(lead, friday, 1.0)
    assert answered == datetime(2026, 11, 9, 8, 30, tzinfo=UTC)
    assert after_working_hours(lead, answered, 0.0) - answered == timedelta(0)


def test_a_taken_port_gives_another_one_and_the_settings_say_so(tmp_path, demo):
    other = build(tmp_path, until=UNTIL)
    with serving(demo) as first, serving(other) as second:
        assert not set(first) & set(second)
        text = other.settings.read_text("utf-8")
        assert all(url in text for url in second)
