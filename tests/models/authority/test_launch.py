"""The launch of METHOD 8, as tables: whose acts are found, and under which authority each was."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
import pytest

from models import authority
from models.acts.act_targets import act_targets
from models.acts.assignments import assignments
from models.acts.convened_meetings import convened_meetings, led_by_meetings
from models.acts.finished_steps import finished_steps
from models.acts.follow_ups import follow_ups
from models.acts.reassignments import reassignments
from models.acts.requests import requests
from models.acts.traces import traces
from models.tables import org, raw
from models.working_time import work_stretches
from tests.given import rows
from tests.models.acts.services import (
    attendance,
    attendances,
    changes,
    meeting,
    meetings,
    ticket,
    tickets,
)
from tests.models.world import at

NAMES = ("M", "P", "S", "D1", "D2", "D3", "D4", "Q1", "W")
START = at("2026-01-01 00:00")
OPENED = "2026-09-16 09:00"
HANDED_OUT = [  # who, when (UTC), number, to whom, from whom
    ("S", "2026-09-22 07:10", 101, "D1", None),
    ("S", "2026-09-22 07:14", 102, "D2", None),
    ("S", "2026-09-22 07:15", 103, "D1", None),
    ("S", "2026-09-23 12:02", 104, "D3", None),
    ("S", "2026-09-23 12:05", 105, "D4", None),
    ("S", "2026-09-24 17:05", 106, "D1", None),
    ("S", "2026-09-24 17:09", 107, "D3", None),
    ("S", "2026-09-25 19:40", 108, "D2", None),
    ("S", "2026-09-25 19:42", 109, "D4", None),
    ("S", "2026-09-28 08:30", 103, "D2", "D1"),
    ("S", "2026-09-29 08:45", 107, "D4", "D3"),
    ("S", "2026-09-30 09:00", 115, "D1", None),
    ("P", "2026-09-22 06:50", 110, "Q1", None),
    ("P", "2026-09-22 06:50", 111, "Q1", None),
    ("M", "2026-09-23 09:00", 112, "D4", None),
    ("S", "2026-09-24 10:00", 113, "S", None),
    ("robot", "2026-09-24 10:05", 114, "D3", None),
]
LATE_HOURS = [2, 3, 3, 4, 5, 5, 6, 8, 9, 12]  # of the 8 weeks before, to the first answer
OPEN_SINCE = ["2026-09-21 09:00", "2026-09-22 09:30", "2026-09-23 09:00", "2026-09-23 15:00"]
SKIPPED = (102, 105, 108)


def opening(number: int, by: str = "P", when: str = OPENED) -> dict[str, Any]:
    plain: dict[str, Any] = {"scope_chain": "project:LNCH", "status": "To Do", "creator_key": by}
    return ticket(f"LNCH-{number}", "created", by=by, when=when, **plain)


def mention(number: int, when: str) -> dict[str, Any]:
    more: dict[str, Any] = {"mentioned_keys": ["P"], "scope_chain": "project:LNCH"}
    name, opened = f"LNCH-{number}", "2026-07-01 09:00"
    return ticket(name, "comment", by="D1", when=when, opened=opened, creator_key="D1", **more)


def asked_before() -> list[dict[str, Any]]:
    """Ten mentions from 22 July on, each at 09:00 in Berlin, answered after working hours."""
    events = []
    for n, hours in enumerate(LATE_HOURS):
        when = at("2026-07-22 07:00") + timedelta(days=7 * (n % 8))
        days, rest = divmod(hours * 60, 510)
        answer = when + timedelta(days=days, minutes=rest)
        events += [
            mention(201 + n, f"{when:%Y-%m-%d %H:%M}"),
            {**mention(201 + n, f"{answer:%Y-%m-%d %H:%M}"), "actor_key": "P", "mentioned_keys": [],
             "event_id": f"answer-{n}"},
        ]  # fmt: skip
    return events


def passed(number: int, *stages: str) -> list[dict[str, Any]]:
    path = ["To Do", *stages]
    return [
        ticket(
            f"LNCH-{number}", "status", by="D1", when=f"2026-10-01 {9 + n:02}:{number - 100:02}",
            opened=OPENED, from_value=was, to_value=now, status=now, scope_chain="project:LNCH",
        )
        for n, (was, now) in enumerate(pairwise(path))
    ]  # fmt: skip


def ticket_events() -> list[dict[str, Any]]:
    through = [
        event
        for number in range(101, 113)
        for event in passed(
            number, "In Test", *([] if number in SKIPPED else ["QA Review"]), "Done"
        )
    ]
    return [
        *(opening(number) for number in range(101, 113)),
        *(opening(number, by="W", when="2026-09-21 09:00") for number in (113, 114, 115)),
        *(
            ticket(
                f"LNCH-{number}", by=by, when=when, to_key=to, from_key=taken, creator_key="P",
                opened=OPENED, scope_chain="project:LNCH",
            )
            for by, when, number, to, taken in HANDED_OUT
        ),
        *asked_before(),
        *(mention(216 + n, when) for n, when in enumerate(OPEN_SINCE)),
        *through,
    ]  # fmt: skip


SYNCS = [
    meeting(f"sync-{day}", when=f"2026-09-{day} 11:00", by="S", is_cancelled=day == 30)
    for day in (23, 25, 28, 30)
]
PLANNING = [meeting("planning", when=f"2026-09-{day} 08:00", by="P") for day in (21, 28)]
THERE = [
    row
    for dates, names in ((SYNCS, ("S", "D1", "D2", "D3", "D4")), (PLANNING, ("P", "M", "Q1")))
    for date_ in dates
    for row in attendance(*names, of=date_)
]


def company() -> dict[str, pl.LazyFrame]:
    """The register of the launch; people of team Checkout, all but P report to M."""
    new_york = {"D2": "America/New_York"}
    people = [
        {
            "person_id": name, "team_id": "checkout", "role_family": "engineer",
            "time_zone": new_york.get(name, "Europe/Berlin"),
            "working_hours": "Mo-Fr 09:00-17:30", "valid_from": START, "valid_to": None,
        }
        for name in NAMES
    ]  # fmt: skip
    dates = {"valid_from": START, "valid_to": None, "recorded_at": START, "superseded_at": None}
    mandate = {"holder_type": "person", "time_budget_hours_week": None, "compensated": "none",
               "confirmed_on": date(2026, 9, 1), **dates}  # fmt: skip
    identities = [
        {"source": source, "account_key": name, "person_id": name, "kind": "human",
         "confidence": 1.0}
        for source in ("tracker", "rooms")
        for name in NAMES
    ]  # fmt: skip
    robot = {"source": "tracker", "account_key": "robot", "person_id": None, "kind": "app"}
    series = [
        {"object_kind": "meeting_series", "object_id": one["series_id"], "scope_type": "project",
         "scope_id": "LNCH", "valid_from": START, "valid_to": None}
        for one in [*SYNCS, PLANNING[0]]
    ]  # fmt: skip
    return {
        "identities": rows(org.IDENTITIES, *identities, robot),
        "people": rows(org.PEOPLE, *people),
        "teams": rows(org.TEAMS, {"team_id": "checkout", "parent_team_id": None}),
        "reporting_lines": rows(
            org.REPORTING_LINES,
            *(
                {"person_id": name, "manager_id": "M", "line_type": "solid", **dates}
                for name in NAMES
                if name not in ("M", "P")
            ),
        ),
        "mandates": rows(
            org.MANDATES,
            {"mandate_id": "lead", "holder_id": "P", "mandate_kind": "project_lead",
             "scope_type": "project", "scope_id": "LNCH", "act_kinds": "", **mandate},
            {"mandate_id": "qa", "holder_id": "Q1", "mandate_kind": "process_owner",
             "scope_type": "process", "scope_id": "qa_signoff", "act_kinds": "decide", **mandate},
        ),
        "delegations": rows(
            org.DELEGATIONS,
            {"from_person_id": "P", "to_person_id": "S", "act_kinds": "assign",
             "scope_type": "project", "scope_id": "LNCH", "valid_from": at("2026-09-30 00:00"),
             "valid_to": at("2026-10-03 00:00"), "recorded_at": at("2026-09-29 12:00"),
             "superseded_at": None},
        ),
        "scopes": rows(
            org.SCOPES, *series,
            {"object_kind": "project", "object_id": "LNCH", "scope_type": "team",
             "scope_id": "checkout", "valid_from": START, "valid_to": None},
        ),
        "windows": rows(
            org.WINDOWS,
            {"kind": "release", "scope_type": "project", "scope_id": "LNCH",
             "valid_from": at("2026-09-18 00:00"), "valid_to": at("2026-10-03 00:00")},
        ),
        **{
            table.name.partition(".")[2]: rows(table)
            for table in (org.AGREEMENTS, org.ROTAS, org.ABSENCES, org.NO_OWNER, org.HANDOFFS)
        },
    }  # fmt: skip


@pytest.fixture(scope="module")
def found() -> dict[str, pl.LazyFrame]:
    """Every table of acts of the launch."""
    known = company()
    of_tickets, of_changes = tickets(*ticket_events()), changes()
    who, people = known["identities"], known["people"]
    dates, there = meetings(*SYNCS, *PLANNING), attendances(*THERE)
    followed = follow_ups(of_tickets, dates, there, who, people, known["handoffs"])
    given = assignments(of_tickets, of_changes, who, people, known["handoffs"], followed)
    moved = reassignments(
        of_tickets, of_changes, who, people, known["handoffs"], known["absences"], known["rotas"],
        followed,
    )  # fmt: skip
    held = convened_meetings(dates, there, who, people, known["teams"])
    steps = rows(
        org.REQUIRED_STEPS,
        {"project": "LNCH", "status": "QA Review", "before_status": "Done"},
    )
    return {
        "ledgers": pl.concat([given, moved, followed, held]),
        "act_targets": act_targets(
            given, moved, followed, held, several=led_by_meetings(held, there, who)
        ),
        "requests": requests(of_tickets, of_changes, who),
        "traces": traces(
            rows(raw.COMMITS), rows(org.COMMIT_SCOPES), of_tickets, of_changes, who,
            given=given, moved=moved, held=held,
        ),
        "finished_steps": finished_steps(of_tickets, steps, given, moved, followed),
    }  # fmt: skip


@pytest.fixture(scope="module")
def judged(found) -> pl.DataFrame:
    known = company()
    work = work_stretches(
        known["people"].collect(), known["absences"].collect(),
        pl.DataFrame(schema={"location": pl.String, "on": pl.Date}), "Europe/Berlin",
        date(2026, 6, 1), date(2026, 10, 31),
    )  # fmt: skip
    register = {name: known[name] for name in (
        "people", "teams", "reporting_lines", "mandates", "delegations", "agreements", "scopes",
        "rotas", "absences", "no_owner", "windows",
    )}  # fmt: skip
    return authority.acts(
        found["ledgers"],
        act_targets=found["act_targets"], requests=found["requests"], traces=found["traces"],
        work_stretches=work.lazy(), **register,
    ).collect()  # fmt: skip


def test_seventeen_assignments_are_found_and_none_follows_up_on_a_meeting(found):
    kinds = Counter(found["ledgers"].collect()["kind"])
    assert kinds == {"assign": 15, "reassign": 2, "convene": 5}


def test_eleven_acts_cover_for_a_slow_holder_and_the_others_are_as_recorded(judged):
    allocation = judged.filter(pl.col("kind").is_in(["assign", "reassign"]))
    said = Counter(allocation.select("actor_id", "authority", "rule").rows())
    assert said == {
        ("S", "cover", "7 slow_holder"): 11,
        ("S", "delegated", "4 delegation"): 1,
        ("P", "formal_mandate", "3 mandate"): 2,
        ("M", "formal_line", "2 solid_line"): 1,
        ("S", "excluded", "0 self"): 1,
        (None, "excluded", "0 bot"): 1,
    }
    assert not judged["is_recorded_late"].any()


def test_the_test_sync_covers_too_and_the_planning_is_by_mandate(judged):
    held = judged.filter(pl.col("kind") == "convene").sort("happened_at")
    assert held.select("actor_id", "rule", "target_count").rows() == [
        ("P", "3 mandate", 2),
        ("S", "7 slow_holder", 4),
        ("S", "7 slow_holder", 4),
        ("P", "3 mandate", 2),
        ("S", "7 slow_holder", 4),
    ]


def test_three_of_the_nine_tickets_that_s_gave_out_skipped_the_review(found, judged):
    givers = judged.select("actor_id", assigned_by_act_id="act_id")
    steps = found["finished_steps"].collect().join(givers, on="assigned_by_act_id")
    assert steps.height == 12
    counts = steps.group_by(pl.col("actor_id") == "S").agg(pl.len(), pl.col("is_skipped").sum())
    assert {by_s: (n, skipped) for by_s, n, skipped in counts.rows()} == {
        True: (9, 3), False: (3, 0),
    }  # fmt: skip


def test_what_p_was_asked_before_was_answered_in_five_working_hours_at_median(found):
    asked = found["requests"].collect().filter(pl.col("kind") == "mention")
    assert asked.height == 14
    assert asked["answered_at"].null_count() == 4
    waiting = found["requests"].collect().filter(pl.col("kind") == "unassigned")
    assert waiting["answered_at"].null_count() == 0
