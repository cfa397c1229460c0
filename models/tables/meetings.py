"""What calendars bring: meetings and who was asked to them.

A recurring meeting is one row a date on which it was to be held. No title, place or text of it is
here. Entries that are no meetings (focus time, leave, holds) keep their kind, so that they count
nowhere as meetings.
"""

import dataframely as dy

from models.tables import columns as c
from models.tables.table import Table

ENTRY_KINDS = ["meeting", "focus", "away", "hold", "social"]
RESPONSES = ["accepted", "declined", "tentative", "unanswered"]


class MeetingsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    meeting_id = c.text("UID of the series and the date's own first start: UID@start", key=True)
    series_id = c.text("UID of the series, or of the single meeting", ops="absent")
    happened_at = c.moment("When it starts; of an all-day entry, midnight in UTC of its first day")
    ends_at = c.moment("When it ends")
    utc_week = c.day(c.UTC_WEEK)
    time_zone = c.text("IANA zone it was made in; null: UTC or none", nullable=True)
    entry_kind = c.label(ENTRY_KINDS, "What kind of entry")
    organizer_key = c.text("Account that organises; null: not given", nullable=True)
    made_by_key = c.text("Account that sent it for the organiser: an assistant", nullable=True)
    attendee_count = c.count("People asked, organiser included; rooms and lists not counted")
    is_series = c.truth("Whether it is one of a series")
    is_moved = c.truth("Whether this date of the series was moved or changed by itself")
    is_cancelled = c.truth("Whether it was called off")
    is_all_day = c.truth("Whether it is of days, not hours")
    is_private = c.truth("Whether it is marked private: attendees of such are not kept")
    scope_chain = c.text("The series: type:id; what it belongs to is in scopes.csv")
    flags_version = c.count("Version of the connector's flags")


class AttendancesSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    meeting_id = c.text("Meeting", key=True, ops="absent")
    account_key = c.text("Account asked", key=True)
    happened_at = c.moment("When the meeting starts")
    utc_week = c.day(c.UTC_WEEK)
    response = c.label(RESPONSES, "What it answered")
    is_organizer = c.truth("Whether it organises the meeting")


MEETINGS = Table(
    name="raw.meetings",
    schema=MeetingsSchema,
    grain="one date of one calendar entry",
    comment="Meetings, without title or text",
    week="utc_week",
)
ATTENDANCES = Table(
    name="raw.attendances",
    schema=AttendancesSchema,
    grain="one account asked to one meeting",
    comment="Who was asked to a meeting, and what they answered",
    week="utc_week",
)
