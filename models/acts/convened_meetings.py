"""Meetings by whoever organised them: coordination of three or more people, date by date."""

import polars as pl

from models.acts.events import excluded, in_ledger, is_human, who, with_people
from models.acts.meetings import ALL_HANDS, MEETING, attended, facilitated
from models.org.intervals import with_record

FEWEST_OTHERS = 2  # METHOD 3: at least two other attendees
ALL_HANDS_SHARE = 0.5  # METHOD 3: more of the department than this are an all-hands
HIGHEST = 6  # levels of teams looked up to find the top of the tree


def convened_meetings(
    meetings: pl.LazyFrame,
    attendances: pl.LazyFrame,
    identities: pl.LazyFrame,
    people: pl.LazyFrame,
    teams: pl.LazyFrame,
) -> pl.LazyFrame:
    """Acts of convening, at the start of each date held; its targets are in `led_by_meetings`.

    The organiser is whose meeting it is, not who sent it for them, and did not decline. Each date
    of a series is an act. An all-hands is excluded as such: more than 30 were asked, or of the
    organiser's department more than half come. Attendees of private meetings are not known, so
    these are none.
    """
    dates = _dates(meetings, attendances, identities)
    others = _others(dates, attendances, identities)
    counted = others.group_by(MEETING).agg(
        other_count=pl.len().cast(pl.Int64),
        target_count=pl.col("target_id").is_not_null().sum().cast(pl.Int64),
        one_id=pl.col("target_id").drop_nulls().first(),
        target_confidence=pl.col("target_confidence")
        .filter(pl.col("target_id").is_not_null())
        .min(),
    )
    enough = dates.join(counted, on=MEETING).filter(pl.col("other_count") >= FEWEST_OTHERS)
    large = _department_meetings(enough, others, people, teams)
    marked = enough.join(large, on=MEETING, how="left").with_columns(
        act_id=_act_id(),
        object_id="meeting_id",
        target_id=pl.when(pl.col("target_count") == 1).then("one_id"),
        target_key=pl.lit(None, dtype=pl.String),
        target_kind=pl.lit(None, dtype=pl.String),
        is_large=(pl.col("attendee_count") > ALL_HANDS)
        | pl.col("is_department").fill_null(value=False),
    )
    all_hands = pl.when("is_large").then(pl.lit("all_hands"))
    return in_ledger(
        marked.with_columns(exclusion=pl.coalesce(excluded(), all_hands)),
        kind="convene",
        object_kind="meeting",
        keep=("target_count",),
    )


def led_by_meetings(
    convened_meetings: pl.LazyFrame, attendances: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """The people led by meetings of several: act_id, target_id, utc_week; not who declined."""
    dates = convened_meetings.filter(pl.col("target_count") > 1).select(
        "source", "act_id", "utc_week", "actor_id", meeting_id="object_id"
    )
    there = with_people(
        attended(attendances).select(*MEETING, "is_organizer", target_key="account_key"),
        identities,
        "target",
    )
    return (
        dates.join(there, on=MEETING)
        .filter(
            ~pl.col("is_organizer"),
            pl.col("target_id").is_not_null(),
            pl.col("target_id").ne_missing(pl.col("actor_id")),
        )
        .select("act_id", "target_id", "utc_week")
        .unique()
    )


def _act_id() -> pl.Expr:
    return pl.concat_str("source", "meeting_id", separator=":")


def _dates(
    meetings: pl.LazyFrame, attendances: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Dates held with an organiser who did not decline; one in several calendars counts once."""
    own = (
        facilitated(meetings, attendances)
        .filter(pl.col("organizer_key").is_not_null())
        .sort("source")
        .unique(["meeting_id", "utc_week"], keep="first", maintain_order=True)
        .rename({"organizer_key": "actor_key"})
    )
    return with_people(own, identities, "actor")


def _others(
    dates: pl.LazyFrame, attendances: pl.LazyFrame, identities: pl.LazyFrame
) -> pl.LazyFrame:
    """Who else comes, once each: MEETING and target_*; a room or machine is nobody."""
    there = with_people(
        attended(attendances).select(*MEETING, target_key="account_key"), identities, "target"
    )
    return (
        dates.select(*MEETING, "actor_key", "actor_id", "happened_at")
        .join(there, on=MEETING)
        .with_columns(person=who("target"))
        .filter(is_human("target"), pl.col("person") != who("actor"))
        .sort("target_key")
        .unique([*MEETING, "person"], keep="first", maintain_order=True)
    )


def _department_meetings(
    dates: pl.LazyFrame, others: pl.LazyFrame, people: pl.LazyFrame, teams: pl.LazyFrame
) -> pl.LazyFrame:
    """Meetings to which more than half of the organiser's department comes.

    A department is what stands right below the top of the tree of teams, if people of two teams or
    more are in it: one team is no department, and its stand-up no all-hands.
    """
    stays = people.join(_departments(teams), on="team_id").select(
        "person_id", "team_id", "department", "valid_from", "valid_to"
    )
    organised = with_record(
        dates.select(*MEETING, "happened_at", person_id="actor_id"),
        stays,
        by="person_id",
        at="happened_at",
        columns=["department"],
    ).filter(pl.col("department").is_not_null())
    came = pl.concat(
        [
            organised.select(*MEETING, "happened_at", "department", "person_id"),
            others.filter(pl.col("target_id").is_not_null())
            .select(*MEETING, person_id="target_id")
            .join(organised.drop("person_id"), on=MEETING)
            .select(*MEETING, "happened_at", "department", "person_id"),
        ]
    )
    members = _members(organised, stays)
    inside = with_record(
        came.rename({"department": "own"}), stays, by="person_id", at="happened_at",
        columns=["department"],
    ).filter(pl.col("department") == pl.col("own"))  # fmt: skip
    return (
        inside.group_by(MEETING)
        .agg(there=pl.col("person_id").n_unique())
        .join(members, on=MEETING)
        .filter(
            pl.col("team_count") > 1, pl.col("there") > ALL_HANDS_SHARE * pl.col("people_count")
        )
        .select(*MEETING, is_department=pl.lit(value=True))
    )


def _members(organised: pl.LazyFrame, stays: pl.LazyFrame) -> pl.LazyFrame:
    """How many people and teams the organiser's department has when a meeting begins."""
    begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= pl.col("happened_at"))
    going = pl.col("valid_to").is_null() | (pl.col("valid_to") > pl.col("happened_at"))
    moments = organised.select("department", "happened_at").unique()
    sizes = (
        moments.join(stays, on="department")
        .filter(begun & going)
        .group_by("department", "happened_at")
        .agg(people_count=pl.col("person_id").n_unique(), team_count=pl.col("team_id").n_unique())
    )
    return organised.select(*MEETING, "department", "happened_at").join(
        sizes, on=["department", "happened_at"]
    )


def _departments(teams: pl.LazyFrame) -> pl.LazyFrame:
    """Each team with its department: the team below the one top, or its top where there are more.

    The top by itself is its own.
    """
    parent = pl.col("parent_team_id")
    is_one_of_tops = parent.is_null() & (parent.null_count() > 1)
    parents = teams.select(
        team="team_id", above=pl.when(is_one_of_tops).then(pl.lit("")).otherwise(parent)
    )
    next_up = parents.select(above="team", higher="above")
    found = teams.select("team_id", department="team_id")
    for _ in range(HIGHEST):
        found = (
            found.join(parents, left_on="department", right_on="team", how="left")
            .join(next_up, on="above", how="left")
            .select(
                "team_id",
                department=pl.when(pl.col("higher").is_not_null())
                .then("above")
                .otherwise("department"),
            )
        )
    return found
