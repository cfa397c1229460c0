"""When holders are slow: whose requests count, for how long, and against what."""

from typing import Any

import pytest

from tests.models.world import act, at, ruling

OWNER: dict[str, Any] = {"mandate_id": "m1", "holder_id": "olga", "scope_id": "pay"}
PIA = {**OWNER, "mandate_id": "m2", "holder_id": "pia"}
WAITING = {"request_id": "r", "holder_id": "olga", "scope_id": "pay"}


@pytest.mark.parametrize(
    ("when", "rule"),
    [("2026-03-03 09:00", "7 unseen_holder"), ("2026-03-03 09:01", "7 slow_holder")],
)
def test_slow_is_more_than_eight_working_hours(when, rule):
    asked = {**WAITING, "asked_at": at("2026-03-02 09:00")}
    assert ruling(act(when=when), mandates=[OWNER], requests=[asked])[1] == rule


@pytest.mark.parametrize(
    ("answered", "rule"),
    [("2026-03-04 10:00", "7 unseen_holder"), ("2026-03-04 10:01", "7 slow_holder")],
)
def test_a_request_is_open_until_it_is_answered(answered, rule):
    asked = {**WAITING, "asked_at": at("2026-03-02 09:00"), "answered_at": at(answered)}
    assert ruling(act(when="2026-03-04 10:00"), mandates=[OWNER], requests=[asked])[1] == rule


@pytest.mark.parametrize(
    ("taken", "rule"),
    [
        ("2026-03-04 09:59", "7 unseen_holder"),
        ("2026-03-04 10:00", "7 slow_holder"),
        ("2026-03-04 10:01", "7 slow_holder"),
    ],
)
def test_a_request_is_open_until_the_very_act_that_takes_it_away(taken, rule):
    asked = {**WAITING, "asked_at": at("2026-03-02 09:00"), "withdrawn_at": at(taken)}
    assert ruling(act(when="2026-03-04 10:00"), mandates=[OWNER], requests=[asked])[1] == rule


def test_a_request_to_the_holder_of_a_project_may_lie_in_its_component():
    held = {**OWNER, "scope_type": "project", "scope_id": "SHOP"}
    belongs = {"object_id": "pay", "scope_type": "project", "scope_id": "SHOP"}
    asked = {**WAITING, "asked_at": at("2026-03-02 09:00")}
    found = ruling(act(), mandates=[held], scopes=[belongs], requests=[asked])
    assert found[1] == "7 slow_holder"


@pytest.mark.parametrize("other", [{"holder_id": "zoe"}, {"scope_chain": "component:web"}])
def test_requests_to_others_or_elsewhere_do_not_count(other):
    asked = {**WAITING, "asked_at": at("2026-02-20 09:00"), **other}
    assert ruling(act(), mandates=[OWNER], requests=[asked])[1] == "7 unseen_holder"


def test_an_invitation_to_host_is_no_request_to_a_holder():
    asked = {**WAITING, "kind": "co_host", "asked_at": at("2026-02-20 09:00")}
    assert ruling(act(), mandates=[OWNER], requests=[asked])[1] == "7 unseen_holder"


def test_of_several_holders_the_one_who_was_there_lets_an_item_wait():
    away = {"person_id": "olga", "valid_from": at("2026-02-16"), "valid_to": at("2026-03-09")}
    item = {**WAITING, "kind": "unassigned", "holder_id": None, "asked_at": at("2026-02-20 09:00")}
    found = ruling(act(), mandates=[OWNER, PIA], requests=[item], absences=[away])
    assert found[1] == "7 slow_holder"


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        ("2026-03-04 09:59", "7 unseen_holder"),
        ("2026-03-04 10:00", "7 slow_holder"),
        ("2026-03-04 10:01", "7 slow_holder"),
    ],
)
def test_an_item_waits_until_the_very_act_that_gives_it_to_somebody(given, rule):
    item = {**WAITING, "kind": "unassigned", "holder_id": None, "asked_at": at("2026-02-20 09:00")}
    ended = {**item, "answered_at": at(given)}
    found = ruling(act(when="2026-03-04 10:00"), mandates=[OWNER], requests=[ended])
    assert found[1] == rule


@pytest.mark.parametrize(
    ("asked", "rule"),
    # Monday of the act's week is 2 March: thirteen weeks before it is 1 December.
    [("2025-12-01 00:00", "7 slow_holder"), ("2025-11-30 23:59", "7 unseen_holder")],
)
def test_what_was_asked_before_the_13_weeks_before_the_window_counts_no_more(asked, rule):
    old = {**WAITING, "asked_at": at(asked)}
    assert ruling(act(), mandates=[OWNER], requests=[old])[1] == rule


def usual(hours: int, month: str = "02") -> list[dict[str, Any]]:
    """Closed requests that each waited so many hours of one working day."""
    return [
        {**WAITING, "request_id": f"u{n}", "asked_at": at(f"2026-{month}-{10 + n} 09:00"),
         "answered_at": at(f"2026-{month}-{10 + n} {9 + hours:02}:00")}
        for n in range(3)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "window",
    [
        {"scope_id": "pay"},
        {"scope_type": "project", "scope_id": "SHOP"},
        {"scope_type": "company", "scope_id": ""},
    ],
)
def test_a_window_of_any_scope_that_the_act_lies_in_is_around_it(window):
    """Whom the holder of a component kept waiting before a release of the whole project."""
    belongs = {"object_id": "pay", "scope_type": "project", "scope_id": "SHOP"}
    asked = {**WAITING, "asked_at": at("2026-03-02 17:00")}  # 9 hours before the act
    quick = [
        {**WAITING, "request_id": f"q{n}", "asked_at": at("2026-02-17 09:00"),
         "answered_at": at("2026-02-17 10:00")}
        for n in range(12)
    ]  # fmt: skip
    days = {"valid_from": at("2026-02-16"), "valid_to": at("2026-03-20")}
    given = {"mandates": [OWNER], "scopes": [belongs], "requests": [asked, *usual(8), *quick]}
    assert ruling(act(), **given, windows=[window | days])[1] == "7 unseen_holder"
    elsewhere = {"scope_id": "web"} | days
    assert ruling(act(), **given, windows=[elsewhere])[1] == "7 slow_holder"


@pytest.mark.parametrize(("hours", "rule"), [(4, "7 slow_holder"), (8, "7 unseen_holder")])
def test_the_usual_is_that_before_a_declared_window(hours, rule):
    """Before the window requests waited `hours`, in it one: it must not make the usual shorter."""
    window = {"scope_id": "pay", "valid_from": at("2026-02-16"), "valid_to": at("2026-03-20")}
    asked = {**WAITING, "asked_at": at("2026-03-02 17:00")}  # 9 hours before the act
    quick = [
        {**WAITING, "request_id": f"q{n}", "asked_at": at(f"2026-02-{17 + n} 09:00"),
         "answered_at": at(f"2026-02-{17 + n} 10:00")}
        for n in range(3)
    ]  # fmt: skip
    found = ruling(
        act(when="2026-03-04 10:00"),
        mandates=[OWNER],
        requests=[asked, *usual(hours), *quick],
        windows=[window],
    )
    assert found[1] == rule


@pytest.mark.parametrize(
    ("end", "rule"), [("answered_at", "7 unseen_holder"), ("withdrawn_at", "7 slow_holder")]
)
def test_the_usual_is_of_what_was_answered_not_of_what_was_taken_away(end, rule):
    asked = {**WAITING, "asked_at": at("2026-03-02 17:00")}  # 9 hours before the act
    ended = [
        {**one, "answered_at": None, end: one["answered_at"]} for one in usual(8)
    ]  # fmt: skip
    found = ruling(act(when="2026-03-04 10:00"), mandates=[OWNER], requests=[asked, *ended])
    assert found[1] == rule
