"""The launch of METHOD 8 as tables: what acts, requests and steps were, and how they were judged.

People: sam leads the team, pia is project lead, sven the senior engineer, d1 to d4 engineers, quin
in QA, wim a writer. All moments in UTC.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from models.signs.findings import findings
from models.tables import acts as ledger
from models.tables import code_reviews, meetings, metrics, org, tickets
from models.working_time import holiday_dates
from tests import given

Row = dict[str, Any]
UNTIL = datetime(2026, 10, 3, 22, tzinfo=UTC)  # the 4th, 00:00 in Berlin
LAST_WEEK = date(2026, 9, 28)
CHAIN = "project:LNCH"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
TEAM = ["sam", "pia", "sven", "d1", "d2", "d3", "d4", "quin", "wim"]
SVEN_ASSIGNS = [
    ("09-22 07:10", 101, "d1"), ("09-22 07:14", 102, "d2"), ("09-22 07:15", 103, "d1"),
    ("09-23 12:02", 104, "d3"), ("09-23 12:05", 105, "d4"), ("09-24 17:05", 106, "d1"),
    ("09-24 17:09", 107, "d3"), ("09-25 19:40", 108, "d2"), ("09-25 19:42", 109, "d4"),
]  # fmt: skip
SVEN_REASSIGNS = [("09-28 08:30", 103, "d2"), ("09-29 08:45", 107, "d4")]
PIA_ASSIGNS = [("09-22 06:50", 110, "quin"), ("09-22 06:50", 111, "quin")]
ANSWERED = [2, 3, 3, 4, 5, 5, 6, 8, 9, 12]
WAITED = [12, 20, 29, 33, 41]
STILL_OPEN = [60, 66, 74, 83]


def at(text: str) -> datetime:
    """`09-22 07:10` of 2026, in UTC."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=UTC)


def monday(moment: datetime) -> date:
    """The Monday of a moment."""
    return moment.date() - timedelta(days=moment.weekday())


def act(
    when: str, key: int, by: str, target: str | None, kind: str, ruled: str, **more: Any
) -> Row:
    """An act on a ticket, judged: `cover` is informal, and so on."""
    classes = {"cover": "informal", "delegated": "deliberate", "ordinary": "ordinary"}
    moment = at(when)
    return {
        "act_id": f"a-{when}-{key}", "happened_at": moment, "utc_week": monday(moment),
        "week": monday(moment), "kind": kind, "actor_id": by, "target_id": target,
        "target_count": 1, "object_kind": "ticket", "object_id": f"LNCH-{key}",
        "scope_type": "project", "scope_id": "LNCH", "scope_chain": CHAIN,
        "team_id": "checkout", "authority": ruled,
        "authority_class": classes.get(ruled, ruled.partition("_")[0]),
        "rule": "7 slow_holder" if ruled == "cover" else "3 mandate", "source": "tracker",
        "minutes": 4.5, "minutes_low": 1.0, "minutes_high": 12.0, "credited_minutes": 4.5,
        **more,
    }  # fmt: skip


def window_acts() -> list[Row]:
    """The seventeen hand-outs of the window: fifteen count, two are excluded."""
    excluded = {"exclusion": "self", "minutes": None, "credited_minutes": 0.0}
    return [
        *(act(when, key, "sven", to, "assign", "cover") for when, key, to in SVEN_ASSIGNS),
        *(act(when, key, "sven", to, "reassign", "cover") for when, key, to in SVEN_REASSIGNS),
        act("09-30 09:00", 115, "sven", "d1", "assign", "delegated"),
        *(act(when, key, "pia", to, "assign", "formal_mandate") for when, key, to in PIA_ASSIGNS),
        act("09-23 09:00", 112, "sam", "d4", "assign", "formal_line"),
        act("09-24 10:00", 113, "sven", "sven", "assign", "excluded", **excluded),
        act("09-24 10:05", 114, "bot", "d3", "assign", "excluded", **excluded),
    ]


def baseline_acts(informal: int = 2, count: int = 20) -> list[Row]:
    """Hand-outs of the eight weeks before."""
    return [
        act(
            f"08-{3 + number:02d} 10:00", 300 + number, "d4" if number < informal else "sam", "d1",
            "assign", "cover" if number < informal else "formal_line",
        )
        for number in range(count)
    ]  # fmt: skip


def meeting_acts() -> list[Row]:
    """Sven's three held syncs are informal, pia's two plannings formal."""
    sync = {"object_kind": "meeting", "target_count": 4, "minutes": 30.0, "credited_minutes": 30.0,
            "held_minutes": 27.0, "minutes_low": 22.0, "minutes_high": 40.0}  # fmt: skip
    syncs = [
        act(f"{day} 11:00", 0, "sven", None, "convene", "cover", **sync)
        | {"object_id": f"sync@{day}"}
        for day in ("09-23", "09-25", "09-28")
    ]
    plannings = [
        act(f"{day} 08:00", 0, "pia", None, "convene", "formal_mandate", object_kind="meeting")
        | {"act_id": f"planning-{day}", "object_id": f"planning@{day}", "source": "rooms"}
        for day in ("09-21", "09-28")
    ]
    return [*syncs, *plannings]


def request(number: int, asked: datetime, hours: float, answered: datetime | None) -> Row:
    """Something asked of pia."""
    return {
        "request_id": f"r{number}", "kind": "mention", "holder_id": "pia",
        "object_id": f"LNCH-{200 + number}", "scope_type": "project", "scope_id": "LNCH",
        "scope_chain": CHAIN, "asked_at": asked, "answered_at": answered, "waited_hours": hours,
        "is_open": answered is None, "utc_week": monday(asked),
    }  # fmt: skip


def requests() -> list[Row]:
    """Ten of the eight weeks before, nine in the window of which four are open."""
    before = [
        request(number, start, hours, start + timedelta(days=2))
        for number, hours in enumerate(ANSWERED)
        for start in [at("07-27 09:00") + timedelta(days=5 * number)]
    ]
    hours = [*WAITED, *STILL_OPEN]
    days = ["09-21", "09-21", "09-22", "09-22", "09-23", "09-23", "09-23", "09-22", "09-21"]
    inside = [
        request(20 + number, at(f"{day} 09:00"), wait, None if wait > 41 else at(f"{day} 15:00"))
        for number, (day, wait) in enumerate(zip(days, hours, strict=True))
    ]
    return [*before, *inside]


def steps() -> list[Row]:
    """The twelve test tickets came to Done; 102, 105 and 108 without QA Review."""
    last = {row["object_id"]: row["act_id"] for row in window_acts() if row["kind"] != "convene"}
    return [
        {
            "source": "tracker", "ticket_id": str(key), "object_id": f"LNCH-{key}",
            "step": "QA Review", "before_status": "Done", "reached_at": at("09-30 14:00"),
            "utc_week": LAST_WEEK, "is_skipped": key in (102, 105, 108),
            "assigned_by_act_id": last[f"LNCH-{key}"], "scope_type": "project", "scope_id": "LNCH",
            "scope_chain": CHAIN,
        }
        for key in range(101, 113)
    ]  # fmt: skip


def meeting_hours() -> list[Row]:
    """Pia's: a usual week has 18 hours, that of 21 September 31."""
    weeks = [date(2026, 9, 14) - timedelta(weeks=back) for back in range(26)]
    usual = [{"person_id": "pia", "week": week, "meeting_hours": 18.0} for week in weeks]
    return [*usual, {"person_id": "pia", "week": date(2026, 9, 21), "meeting_hours": 31.0},
            {"person_id": "pia", "week": LAST_WEEK, "meeting_hours": 12.0}]  # fmt: skip


def tables(**changed: list[Row]) -> dict[str, pl.LazyFrame]:
    """All that signs read, as of METHOD 8 but for what is given otherwise."""
    weeks = [date(2026, 9, 28) - timedelta(weeks=back) for back in range(30)]
    rows: dict[str, list[Row]] = {
        "acts": [*window_acts(), *baseline_acts(), *meeting_acts()],
        "requests": requests(),
        "finished_steps": steps(),
        "meeting_weeks": meeting_hours(),
        "register_weeks": [
            {"team_id": team, "week": week, "targeted_count": 30, "grade": "A"}
            for week in weeks
            for team in ("", "checkout")
        ],
        "team_weeks": [{"team_id": "checkout", "week": week} for week in weeks],
        "people": [
            {"person_id": name, "team_id": "checkout", "valid_from": LONG_AGO,
             "time_zone": "America/New_York" if name == "d2" else "Europe/Berlin",
             "working_hours": "Mo-Fr 09:00-17:30"}
            for name in TEAM
        ],
        "teams": [{"team_id": "checkout", "name": "Checkout"}],
        "reporting_lines": [
            {"person_id": name, "manager_id": "sam", "line_type": "solid", "valid_from": LONG_AGO,
             "recorded_at": LONG_AGO}
            for name in TEAM
            if name not in ("sam", "pia")
        ],
        "mandates": [
            {"mandate_id": "lead", "holder_type": "person", "holder_id": "pia",
             "mandate_kind": "project_lead", "scope_type": "project", "scope_id": "LNCH",
             "act_kinds": "", "valid_from": LONG_AGO, "recorded_at": LONG_AGO},
            {"mandate_id": "qa", "holder_type": "person", "holder_id": "quin",
             "mandate_kind": "process_owner", "scope_type": "process", "scope_id": "qa_signoff",
             "act_kinds": "decide", "valid_from": LONG_AGO, "recorded_at": LONG_AGO},
        ],
        "scopes": [
            {"object_kind": "project", "object_id": "LNCH", "scope_type": "team",
             "scope_id": "checkout", "valid_from": LONG_AGO}
        ],
        "windows": [
            {"kind": "release", "scope_type": "project", "scope_id": "LNCH",
             "valid_from": at("10-01 22:00"), "valid_to": at("10-02 22:00")}
        ],
        **changed,
    }  # fmt: skip
    return {name: given.rows(table, *rows.get(name, [])) for name, table in READ.items()}


READ = {
    "acts": metrics.ACTS,
    "requests": metrics.REQUESTS,
    "finished_steps": ledger.FINISHED_STEPS,
    "ticket_events": tickets.TICKET_EVENTS,
    "code_review_events": code_reviews.CODE_REVIEW_EVENTS,
    "meetings": meetings.MEETINGS,
    "attendances": meetings.ATTENDANCES,
    "meeting_weeks": metrics.MEETING_WEEKS,
    "register_weeks": metrics.REGISTER_WEEKS,
    "team_weeks": metrics.TEAM_WEEKS,
    "identities": org.IDENTITIES,
    "people": org.PEOPLE,
    "teams": org.TEAMS,
    "reporting_lines": org.REPORTING_LINES,
    "mandates": org.MANDATES,
    "rotas": org.ROTAS,
    "scopes": org.SCOPES,
    "absences": org.ABSENCES,
    "windows": org.WINDOWS,
    "objections": org.OBJECTIONS,
    "answers": org.ANSWERS,
}


def found(
    *, weeks: list[date] | None = None, until: datetime = UNTIL, **changed: list[Row]
) -> pl.DataFrame:
    """What is found in the last week of the launch, or in the weeks given."""
    return findings(
        **tables(**changed),
        holiday_dates=holiday_dates({}, [2026]).lazy(),
        company_zone="Europe/Berlin",
        weeks=[LAST_WEEK] if weeks is None else weeks,
        until=until,
    ).collect()


def one(rows: pl.DataFrame, code: str) -> Row:
    """The only finding of a code."""
    [row] = rows.filter(code=code).rows(named=True)
    return row
