"""Meetings that were held, and who was there as far as calendars say: invitations, not attendance.

Convening one is an act of its own (`convened_meetings`); attending never is leadership.
"""

import polars as pl

ALL_HANDS = 30  # METHOD 3: more than these are an all-hands
MEETING = ["source", "meeting_id", "utc_week"]  # the week too: who is asked lies in the same


def held(meetings: pl.LazyFrame) -> pl.LazyFrame:
    """Meetings that took place: no focus time, leave, hold or party, not called off, not of days.

    Meetings after the end of what is read are not in sight.
    """
    return meetings.filter(
        pl.col("entry_kind") == "meeting", ~pl.col("is_cancelled"), ~pl.col("is_all_day")
    )


def facilitated(meetings: pl.LazyFrame, attendances: pl.LazyFrame) -> pl.LazyFrame:
    """Meetings that took place and were not declined by whoever called them."""
    declined = attendances.filter("is_organizer", pl.col("response") == "declined")
    return held(meetings).join(declined, on=["source", "meeting_id"], how="anti")


def attended(attendances: pl.LazyFrame) -> pl.LazyFrame:
    """Who was asked to a meeting and did not decline; an open answer counts as coming."""
    return attendances.filter(pl.col("response") != "declined")
