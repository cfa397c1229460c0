"""The launch of METHOD 8 as a published file would hold it: nine people, a release, four moves."""

from datetime import UTC, date, datetime, timedelta

from tests.reports.given_mart import Row, Story, act, person_week

LAUNCH_WEEK = date(2026, 9, 28)
LAUNCH_NIGHT = datetime(2026, 10, 3, 22, tzinfo=UTC)
LAUNCH_READ_AT = datetime(2026, 10, 7, 6, tzinfo=UTC)
LAUNCH_OPEN = date(2026, 10, 7)
LAUNCH_WEEKS = [LAUNCH_WEEK - timedelta(weeks=back) for back in reversed(range(10))]
WINDOW = {"window_start": date(2026, 9, 18), "window_end": date(2026, 10, 2)}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
PEOPLE = {
    "m": ("Mara Voss", "Engineering manager"),
    "p": ("Pia Lund", "Product manager"),
    "s": ("Sol Reyes", "Senior engineer"),
    "d1": ("Dee Ames", "Engineer"),
    "d2": ("Dov Blum", "Engineer"),
    "d3": ("Dag Cole", "Engineer"),
    "d4": ("Dia Dorn", "Engineer"),
    "q1": ("Quin Roth", "QA engineer"),
    "w": ("Wyn Hale", "Writer"),
}
HANDED = [  # day, time in UTC, ticket, by whom, to whom, whether it is a move
    *((22, "07:10", 101, "s", "d1"), (22, "07:14", 102, "s", "d2"), (22, "07:15", 103, "s", "d1")),
    *((23, "12:02", 104, "s", "d3"), (23, "12:05", 105, "s", "d4"), (24, "17:05", 106, "s", "d1")),
    *((24, "17:09", 107, "s", "d3"), (25, "19:40", 108, "s", "d2"), (25, "19:42", 109, "s", "d4")),
    *((28, "08:30", 103, "s", "d2"), (29, "08:45", 107, "s", "d4"), (30, "09:00", 115, "s", "d1")),
    *((22, "06:50", 110, "p", "q1"), (22, "06:50", 111, "p", "q1"), (23, "09:00", 112, "m", "d4")),
]
ASKED = [12, 20, 29, 33, 41, 60, 66, 74, 83]
SENTENCES = {
    "S4": "From 18 September to 2 October 2026, traces show 15 assignments around project LNCH; "
    "11 of them, to 4 people, recorded roles do not cover, and nobody who holds them took part "
    "(73 %; 90 % interval 52 to 88 %), against 2 of 20 in the 8 weeks before. "
    "{person:s} made 11 of them.",
    "P2": "From 18 September to 2 October 2026, the 9 requests asked of holders of project LNCH "
    "waited a median of 41 working hours for a first answer, against 5 in the 26 weeks before "
    "(8.2 times); 4 were still open.",
    "W2": "3 tickets skipped QA Review; too few to link to who assigned them.",
    "D3": "In the week of 21 September 2026, meetings took 31 hours of {person:p}, a holder of "
    "project LNCH: 78 % of the working pattern, against a median of 18 hours in the 26 weeks "
    "before.",
}
MOVES = [
    ("M8", ["W2", "S4", "P2"], "Name one escalation point for project LNCH, and a response time"),
    ("M10", ["S4"], "Look at the load around project LNCH with {person:s}"),
    ("M1", ["S4"], "Publish who owns the tickets of project LNCH"),
    ("M2", ["S4"], "Invite {person:s} to the planning meetings that {person:p} organises"),
]


def at(day: int, clock: str) -> datetime:
    """A moment of September 2026."""
    return datetime.fromisoformat(f"2026-09-{day:02d}T{clock}:00+00:00")


def launch() -> Story:
    """Sol gives out Pia's launch tests while Pia sits in meetings; Mara reads the page."""
    story = Story()
    story.add("about", {"run_id": "2026-10-04T02:00Z-1", "published_at": LAUNCH_NIGHT,
                        "data_until": LAUNCH_NIGHT, "method_version": "1.0",
                        "settings_digest": "0" * 8})  # fmt: skip
    story.add("teams", {"team_id": "checkout", "name": "Checkout"})
    for person, (name, title) in PEOPLE.items():
        story.add("people", {"person_id": person, "name": name, "title": title,
                             "team_id": "checkout"})  # fmt: skip
        if person not in ("m", "p"):
            story.add("reporting_lines", {"person_id": person, "manager_id": "m",
                                          "line_type": "solid", "valid_from": SINCE,
                                          "recorded_at": SINCE})  # fmt: skip
    _hold(story, "p", "project_lead", "project", "LNCH")
    _hold(story, "q1", "process_owner", "process", "qa_signoff")
    _weeks(story)
    _acts(story)
    _found(story)
    return story


def _hold(story: Story, person: str, kind: str, scope_type: str, scope_id: str) -> None:
    story.add("mandates", {"mandate_id": f"m-{person}", "holder_type": "person",
                           "holder_id": person, "mandate_kind": kind, "scope_type": scope_type,
                           "scope_id": scope_id, "valid_from": SINCE, "recorded_at": SINCE,
                           })  # fmt: skip


def _weeks(story: Story) -> None:
    hours = {date(2026, 9, 21): (2.2, 1.4, 3.8), LAUNCH_WEEK: (0.7, 0.4, 1.3)}
    for week in LAUNCH_WEEKS:
        for person in PEOPLE:
            value, low, high = hours.get(week, (0.0, 0.0, 0.0)) if person == "s" else (0.0,) * 3
            mean = {"hidden_hours_8w": 0.0, "hidden_hours_8w_low": 0.0, "hidden_hours_8w_high": 0.0}
            if person == "s" and week == LAUNCH_WEEK:
                mean = {"hidden_hours_8w": 2.9 / 8, "hidden_hours_8w_low": 2.0 / 8,
                        "hidden_hours_8w_high": 4.8 / 8}  # fmt: skip
            story.add("person_weeks", person_week(
                person, week, value, hidden_hours_low=low, hidden_hours_high=high, **mean,
                excess_hours=0.0, meeting_hours=6.0, act_count=6 if value else 1,
            ))  # fmt: skip
        total = hours.get(week, (0.0, 0.0, 0.0))
        story.add("team_weeks", {"team_id": "checkout", "week": week, "people_count": 9,
                                 "hidden_hours": total[0], "hidden_hours_low": total[1],
                                 "hidden_hours_high": total[2], "act_count": 15,
                                 "is_observed": True, "evidence_grade": "A"})  # fmt: skip
        story.add("coverage", *({"source": source, "week": week, "records": 120,
                                 "last_sync_at": LAUNCH_NIGHT, "is_complete": True}
                                for source in ("code", "rooms", "tracker")))  # fmt: skip
    story.add("areas", {"scope_type": "project", "scope_id": "LNCH", "week": LAUNCH_WEEK,
                        "leader_id": "s", "leader_share": 0.73, "act_count": 15,
                        "match": "differs"})  # fmt: skip
    story.add("area_owners", {"scope_type": "project", "scope_id": "LNCH", "week": LAUNCH_WEEK,
                              "owner_id": "p"})  # fmt: skip
    for target, count in (("d1", 4), ("d2", 3), ("d4", 3)):
        story.add("lead_ties", {"actor_id": "s", "target_id": target, "week": LAUNCH_WEEK,
                                "act_count": count, "informal_act_count": count, "hours": 0.3,
                                })  # fmt: skip


def _acts(story: Story) -> None:
    for number, (day, clock, ticket, actor, target) in enumerate(HANDED):
        moment = at(day, clock)
        values: Row = {
            "happened_at": moment, "target_id": target, "object_id": f"LNCH-{ticket}",
            "kind": "reassign" if day in (28, 29) else "assign", "scope_type": "project",
            "scope_id": "LNCH", "minutes": 4.0, "minutes_low": 1.0, "minutes_high": 13.0,
            "evidence_url": f"https://example.atlassian.net/browse/LNCH-{ticket}",
            "authority": "cover", "rule": "7 slow_holder",
        }  # fmt: skip
        if actor != "s" or ticket == 115:
            kind = {"s": "delegated", "p": "formal_mandate", "m": "formal_line"}[actor]
            known = "deliberate" if actor == "s" else "formal"
            values |= {"authority": kind, "authority_class": known, "rule": "4 delegated"}
        week = moment.date() - timedelta(days=moment.weekday())
        story.add("acts", act(number, actor, week, **values))
    for number, day in enumerate((23, 25, 28)):
        moment = at(day, "11:00")
        story.add("acts", act(100 + number, "s", moment.date() - timedelta(days=moment.weekday()),
                              happened_at=moment, kind="convene", target_id=None, target_count=4,
                              object_kind="meeting", object_id=f"sync{day}@2026-09-{day}T110000Z",
                              scope_type="project", scope_id="LNCH", evidence_url=None,
                              source="rooms"))  # fmt: skip


def _found(story: Story) -> None:
    measured = {
        "S4": {"value": 11 / 15, "value_low": 0.52, "value_high": 0.88, "unit": "share",
               "threshold": 0.3, "act_count": 15, "person_id": "s"},
        "P2": {"value": 41.0, "value_low": 20.0, "value_high": 74.0, "unit": "working hours",
               "threshold": 10.0},
        "W2": {"value": 3.0, "unit": "tickets", "threshold": 2.0},
        "D3": {"value": 31.0, "unit": "hours in a week", "threshold": 24.0, "person_id": "p"},
    }  # fmt: skip
    evidence = {
        "S4": [("act", f"act-{number:05d}") for number in range(len(HANDED))],
        "P2": [("request", f"request-{number}") for number in range(len(ASKED))],
        "W2": [("skipped_step", f"LNCH-{ticket}") for ticket in (102, 105, 108)],
        "D3": [("meeting", "planning@20260921T090000Z"), ("meeting", "other@20260922T090000Z")],
    }
    for code, values in measured.items():
        story.add("findings", {"finding_id": f"{code}-1", "code": code, "scope_type": "project",
                               "scope_id": "LNCH", "team_id": "checkout", **WINDOW,
                               "status": "emerging", "sentence": SENTENCES[code],
                               **values})  # fmt: skip
        story.add("finding_evidence", *({"finding_id": f"{code}-1", "evidence_kind": kind,
                                         "evidence_id": one} for kind, one in evidence[code]),
                  )  # fmt: skip
    for number, waited in enumerate(ASKED):
        story.add("requests", {"request_id": f"request-{number}", "holder_id": "p",
                               "scope_type": "project", "scope_id": "LNCH",
                               "asked_at": at(18 + number % 8, "09:00"),
                               "answered_at": at(28, "10:00") if waited < 60 else None,
                               "waited_hours": float(waited), "is_open": waited >= 60})  # fmt: skip
    story.add("skipped_steps", *({"object_id": f"LNCH-{ticket}", "step": "QA Review",
                                  "skipped_at": at(28, "10:00")}
                                 for ticket in (102, 105, 108)))  # fmt: skip
    for position, (code, codes, sentence) in enumerate(MOVES, 1):
        story.add("moves", {"move_id": f"{code}-1", "code": code, "position": position,
                            "finding_ids": [f"{one}-1" for one in codes], "team_id": "checkout",
                            "sentence": sentence, "check_metric": "share outside recorded roles",
                            "first_step": "Talk it over with those who are named here.",
                            "review_on": LAUNCH_WEEK + timedelta(weeks=5)})  # fmt: skip
    story.add("owner_drafts", *({"move_id": "M1-1", "object_id": f"LNCH-{ticket}",
                                 "scope_type": "project", "scope_id": "LNCH",
                                 "wording": "Whoever owns the launch tests gives this one out."}
                                for ticket in range(101, 113)))  # fmt: skip
