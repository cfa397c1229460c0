"""Days on pages are the company's, as those of org files are: not those of UTC."""

from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import unquote

import pytest

from reports.own import own
from tests.reports.given_launch import launch
from tests.reports.given_mart import READ_AT, WEEK, checkout
from tests.reports.made import TERMS, made
from tests.reports.test_launch import TOLD, read

OPENS = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("zone", "read_at", "is_open"),
    [
        ("Asia/Tokyo", datetime(2026, 11, 24, 14, 59, tzinfo=UTC), False),
        ("Asia/Tokyo", datetime(2026, 11, 24, 21, tzinfo=UTC), True),
        ("America/New_York", datetime(2026, 11, 25, 4, 59, tzinfo=UTC), False),
        ("America/New_York", datetime(2026, 11, 25, 5, tzinfo=UTC), True),
    ],
)
def test_a_managers_page_opens_with_the_day_of_the_company(tmp_path, zone, read_at, is_open):
    terms = replace(TERMS, time_zone=zone)
    values = made(
        tmp_path, checkout(), reader="sam", opens_on=OPENS, terms=terms, rendered_at=read_at
    )
    assert values.allowed.people is is_open


def test_who_gets_a_role_on_monday_has_none_in_the_week_before(tmp_path):
    story = launch().add("mandates", {
        "mandate_id": "m-s", "holder_type": "person", "holder_id": "s",
        "mandate_kind": "delegated_duty", "scope_type": "project", "scope_id": "LNCH",
        "valid_from": datetime.fromisoformat("2026-10-05T00:00:00+02:00"),
        "recorded_at": datetime.fromisoformat("2026-10-02T12:00:00+00:00"),
    })  # fmt: skip
    values = read(tmp_path, story)
    assert values.told == TOLD
    assert values.lines is not None
    assert [one.has_role for one in values.lines.people if one.person_id == "s"] == [False]


def test_data_that_ends_at_midnight_ends_with_the_day_before_it(tmp_path):
    midnight = datetime.fromisoformat("2026-11-20T00:00:00-05:00")
    story = checkout().change("about", lambda row: True, data_until=midnight.astimezone(UTC))
    terms = replace(TERMS, time_zone="America/New_York")
    assert made(tmp_path, story, terms=terms).notes == (
        "Data ends 19 November 2026. Figures below cover 4 of 5 days.",
    )


def test_an_act_of_the_evening_has_its_own_day_and_is_in_the_delegation_it_proposes(tmp_path):
    evening = datetime.fromisoformat("2026-11-18T21:00:00-05:00")
    story = checkout().change(
        "acts", lambda row: row["act_id"] == "act-13001", happened_at=evening.astimezone(UTC)
    )
    values = own(
        story.write(tmp_path), person_id=actor_of(story, "act-13001"), week=WEEK,
        terms=replace(TERMS, time_zone="America/New_York"), rendered_at=READ_AT,
    )  # fmt: skip
    act = next(act for act in values.acts if act.act_id == "act-13001")
    assert act.on == date(2026, 11, 18)
    assert "since = 2026-11-18" in unquote(act.contest)


def actor_of(story, act_id):
    return next(row["actor_id"] for row in story.rows["acts"] if row["act_id"] == act_id)
