"""Minutes of acts: one union per person, classes in order, after-hours by zone and pattern."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from models.metrics import effort
from models.metrics.cost import SHARED_MEAN
from models.tables import metrics, org
from models.tables.authority import ACTS
from models.weeks import offsets
from models.working_time import DEFAULT_PATTERN, minutes_of_week
from tests.models.world import act, at, rows

BERLIN = "Mo-Fr 09:00-17:30"


def measured(*given: dict[str, Any], **frames: list[dict[str, Any]]) -> pl.DataFrame:
    judged = [
        {
            "authority": "cover",
            "authority_class": "informal",
            "authority_as_known": "cover",
            "authority_as_now": "cover",
            "is_recorded_late": False,
            "rule": "7 absent",
            "confidence": 1.0,
            "is_scope_resolved": True,
            "is_stale": False,
            "kind": "merge",
            "target_count": 1,
            "object_kind": "commit",
            "object_id": row["act_id"],
            "scope_chain": "component:pay",
            "identity_confidence": 1.0,
            "is_moment_own": True,
            "is_stamp": False,
            "item_count": 0,
            "source": "code",
            **row,
        }
        for row in given
    ]
    days = frames.get("holiday_dates", [])
    return (
        effort.acts(
            rows(ACTS, *judged),
            held_meetings=rows(metrics.HELD_MEETINGS, *frames.get("held_meetings", [])),
            people=rows(org.PEOPLE, *frames.get("people", [])),
            absences=rows(org.ABSENCES, *frames.get("absences", [])),
            offsets=offsets(
                ["UTC", "Europe/Berlin", "America/New_York"],
                datetime(2026, 1, 1, tzinfo=UTC),
                datetime(2026, 12, 31, tzinfo=UTC),
            ),
            minutes_of_week=minutes_of_week([DEFAULT_PATTERN, BERLIN]),
            holiday_dates=pl.LazyFrame(days, schema={"location": pl.String, "on": pl.Date}),
            company_zone="UTC",
            links={"tracker": "https://tracker.example/browse/", "host": "https://host.example/"},
        )
        .collect(engine="streaming")
        .sort("act_id")
    )


def test_no_acts_give_no_minutes():
    assert measured().is_empty()


def test_an_act_alone_keeps_its_minutes_with_an_interval_around_them():
    row = measured(act()).row(0, named=True)
    assert row["credited_minutes"] == pytest.approx(row["minutes"])
    assert row["minutes_low"] < row["minutes"] < row["minutes_high"]


def test_a_stamp_takes_little_and_no_more_than_its_cap_however_large_the_change():
    review: dict[str, Any] = {"kind": "review", "lines_changed": 400}
    read, stamp = (
        measured(act(**review, is_stamp=is_stamp)).row(0, named=True) for is_stamp in (False, True)
    )
    # The terms that acts share come on top of the capped act.
    assert read["minutes"] > 60 > 5 * SHARED_MEAN > stamp["minutes"] > 2 * SHARED_MEAN
    assert 0 < stamp["minutes_low"] < stamp["minutes"] < stamp["minutes_high"]


def test_a_stamp_beside_a_review_of_the_same_size_leaves_each_its_own_minutes():
    review: dict[str, Any] = {"kind": "review", "lines_changed": 400}
    read = act("a1", when="2026-03-04 10:00", **review)
    stamp = act("a2", when="2026-03-05 10:00", is_stamp=True, **review)
    alone = [measured(one)["minutes"].item() for one in (read, stamp)]
    assert measured(read, stamp)["minutes"].to_list() == alone


def test_an_excluded_act_has_no_minutes():
    row = measured(act(exclusion="self", authority_class="excluded")).row(0, named=True)
    assert row["minutes"] is None
    assert row["credited_minutes"] == 0


def test_overlapping_acts_of_one_person_count_once():
    found = measured(act("a1", when="2026-03-04 10:00"), act("a2", when="2026-03-04 10:01"))
    alone = found["minutes"][0]
    assert found["credited_minutes"].sum() == pytest.approx(alone + 1)


def test_of_two_acts_of_the_same_span_the_earlier_id_keeps_the_minutes():
    found = measured(*(act(f"a{n}") for n in (3, 1, 2)))
    alone = found["minutes"][0]
    assert found["credited_minutes"].to_list() == pytest.approx([alone, 0, 0])


def test_acts_measured_in_parts_come_out_as_those_measured_at_once(monkeypatch):
    whens = [f"2026-03-04 10:{minute:02d}" for minute in range(0, 40, 3)]
    people = ["ann", "ben", "cai", None]
    acts = [
        act(f"{who}{n}", by=who, when=when, object_id=f"c{n % 2}", is_moment_own=n % 3 > 0)
        for who in people
        for n, when in enumerate(whens)
    ]
    at_once = measured(*acts)
    monkeypatch.setattr(effort, "MOST_ACTS", len(acts) // 3)
    assert measured(*acts).equals(at_once)


def test_acts_of_two_people_do_not_overlap():
    found = measured(act("a1"), act("a2", by="zoe"))
    assert found["credited_minutes"].sum() == pytest.approx(found["minutes"].sum())


def test_minutes_of_several_classes_go_to_the_formal_one():
    found = measured(
        act("a1", when="2026-03-04 10:00"),
        act("a2", when="2026-03-04 10:01", authority_class="formal"),
    )
    informal, formal = found["credited_minutes"]
    assert formal == pytest.approx(found["minutes"][1])
    assert informal + formal == pytest.approx(found["minutes"][0] + 1)


def test_minutes_wholly_covered_by_an_earlier_class_are_nothing_and_never_less():
    minutes = [f"2026-03-04 10:0{n}:{s:02d}" for n in range(6) for s in range(0, 60, 7)]
    acts = [act(f"a{n}", when=when) for n, when in enumerate(minutes)]
    formal = [act(f"f{n}", when=when, authority_class="formal") for n, when in enumerate(minutes)]
    found = measured(*acts, *formal).filter(pl.col("authority_class") == "informal")
    assert found["credited_minutes"].to_list() == [0.0] * len(minutes)


def test_reviews_known_by_their_landing_add_up_once_an_object():
    trailer: dict[str, Any] = {"kind": "review", "is_moment_own": False}
    found = measured(
        act("a1", object_id="c1", **trailer),
        act("a2", object_id="c1", **trailer),
        act("a3", object_id="c2", **trailer),
    )
    one = found["minutes"][0]
    assert found["credited_minutes"].to_list() == pytest.approx([one, 0, one])
    assert found["is_after_hours"].to_list() == [None, None, None]


def person(zone: str, **more: Any) -> list[dict[str, Any]]:
    return [{"person_id": "ann", "time_zone": zone, "working_hours": BERLIN, **more}]


@pytest.mark.parametrize(
    ("when", "zone", "is_after"),
    [
        ("2026-03-04 08:30", "Europe/Berlin", False),  # 09:30 in winter
        ("2026-07-01 07:30", "Europe/Berlin", False),  # 09:30 in summer
        ("2026-03-04 07:30", "Europe/Berlin", True),
        ("2026-03-04 16:45", "Europe/Berlin", True),
        ("2026-03-04 20:00", "America/New_York", False),
        ("2026-03-07 10:00", "Europe/Berlin", True),  # a Saturday
    ],
)
def test_after_hours_is_outside_the_pattern_in_the_persons_zone(when, zone, is_after):
    found = measured(act(when=when), people=person(zone))
    assert found["is_after_hours"].to_list() == [is_after]


def test_only_the_part_outside_the_pattern_is_after_hours():
    found = measured(act(when="2026-03-04 16:32"), people=person("Europe/Berlin")).row(
        0, named=True
    )
    assert found["after_hours_minutes"] == pytest.approx(2, abs=0.3)


def test_without_a_pattern_weekdays_from_seven_to_eight_are_usual():
    found = measured(act("a1", when="2026-03-04 19:30"), act("a2", when="2026-03-04 20:30"))
    assert found["is_after_hours"].to_list() == [False, True]


def test_a_public_holiday_or_an_absence_is_after_hours_whole():
    known = person("Europe/Berlin", location="berlin")
    feast = [{"location": "berlin", "on": date(2026, 3, 4)}]
    away = [{"person_id": "ann", "valid_from": at("2026-03-02"), "valid_to": at("2026-03-09")}]
    for frames in ({"holiday_dates": feast}, {"absences": away}):
        row = measured(act(), people=known, **frames).row(0, named=True)
        assert row["after_hours_minutes"] == row["credited_minutes"] > 0


def test_a_week_is_the_persons_own():
    found = measured(act(when="2026-03-09 03:00"), people=person("America/New_York"))
    assert found["week"].to_list() == [date(2026, 3, 2)]


def convened(when: str = "2026-03-04 11:00", **more: Any) -> dict[str, Any]:
    return act("meet", when=when, kind="convene", object_kind="meeting", source="rooms", **more)


def held(share: float = 0.9, minutes: float = 30.0, *, is_series: bool = False) -> dict[str, Any]:
    return {
        "act_id": "meet", "is_series": is_series, "clock_minutes": minutes, "attended_share": share,
    }  # fmt: skip


def test_a_meeting_takes_its_time_and_what_organising_it_takes():
    organised = measured(convened()).row(0, named=True)
    row = measured(convened(), held_meetings=[held()]).row(0, named=True)
    assert row["held_minutes"] == pytest.approx(27.0)
    assert row["minutes"] == pytest.approx(organised["minutes"] + 27.0)
    assert row["credited_minutes"] == pytest.approx(row["minutes"])
    assert row["minutes_low"] < row["minutes"] < row["minutes_high"]


def test_a_date_of_a_series_takes_less_to_organise():
    once = measured(convened(), held_meetings=[held(minutes=0.0)]).row(0, named=True)
    series = measured(convened(), held_meetings=[held(minutes=0.0, is_series=True)])
    assert series["minutes"][0] == pytest.approx(once["minutes"] * 3 / 10, rel=0.02)


def test_what_is_done_during_a_meeting_adds_nothing():
    alone = measured(convened(), held_meetings=[held()])["credited_minutes"].sum()
    inside = measured(act("a", when="2026-03-04 11:25"), convened(), held_meetings=[held()])
    assert inside.filter(pl.col("act_id") == "a")["credited_minutes"].item() == 0.0
    assert inside["credited_minutes"].sum() == pytest.approx(alone)
    after = measured(act("a", when="2026-03-04 11:45"), convened(), held_meetings=[held()])
    assert after.filter(pl.col("act_id") == "a")["credited_minutes"].item() > 0.0


def test_a_meeting_comes_before_formal_work_at_the_same_time():
    formal = act("a", when="2026-03-04 11:20", authority_class="formal")
    found = measured(formal, convened(), held_meetings=[held()])
    assert found["credited_minutes"].to_list()[0] == 0.0
    assert found["held_minutes"].to_list() == pytest.approx([0.0, 27.0])


def test_only_the_part_of_a_meeting_outside_the_working_pattern_is_after_hours():
    people = [{"person_id": "ann", "time_zone": "UTC", "working_hours": BERLIN}]
    late = measured(convened("2026-03-04 17:00"), held_meetings=[held(minutes=60)], people=people)
    row = late.row(0, named=True)
    assert row["is_after_hours"] is False
    assert row["after_hours_minutes"] == pytest.approx(27.0, abs=0.5)


def test_evidence_is_on_the_page_of_its_source_where_there_is_one():
    ticket = act("a", source="tracker", object_id="LNCH-101")
    change = act("b", source="host", object_id="example/shop#12")
    commit = act("c", source="code", object_id="0123456789abcdef")
    assert measured(ticket, change, commit)["evidence_url"].to_list() == [
        "https://tracker.example/browse/LNCH-101",
        "https://host.example/example/shop/pull/12",
        None,
    ]
