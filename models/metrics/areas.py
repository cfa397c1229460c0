"""Who owns an area by the register, and who leads it in practice over 52 weeks."""

from datetime import date

import polars as pl

from models.authority.register import holdings
from models.metrics.sums import total
from models.metrics.windows import trailing
from models.org.intervals import holds
from models.settled import settled
from models.tables.metrics import AreaOwnersSchema, AreasSchema

WEEKS = 52
FEWEST_ACTS = 10  # METHOD 6.1 S7 and S2: below it nobody is said to lead
HALF_LIFE_WEEKS = 26.0  # METHOD D2: recency half-life 180 days
LN_2 = 0.6931471805599453
NO_AREAS = ("company", "team", "person")


def area_owners(
    traces: pl.LazyFrame, mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame
) -> pl.LazyFrame:
    """Published owners of each area and week with acts in the 52 weeks to it, at the week's end."""
    standing = mandates.filter(pl.col("superseded_at").is_null())
    held = holdings(standing, rotas, people).filter(pl.col("via_kinds") == "")
    week_end = (pl.col("week") + pl.duration(days=7)).cast(pl.Datetime("us")).dt.replace_time_zone(
        "UTC"
    ) - pl.duration(microseconds=1)
    return (
        _area_weeks(traces)
        .select("scope_type", "scope_id", "week")
        .join(held, on=["scope_type", "scope_id"])
        .with_columns(week_end=week_end)
        .filter(holds("week_end"))
        .select("scope_type", "scope_id", "week", owner_id="person_id")
        .unique()
        .select(AreaOwnersSchema.column_names())
    )


def areas(traces: pl.LazyFrame, area_owners: pl.LazyFrame, *, weeks: list[date]) -> pl.LazyFrame:
    """Each area and week of `weeks`: who leads most, who would without a mandate.

    The leader has most acts for others over 52 weeks (ties: the earlier id). The candidate is the
    one without a mandate there who has most own work and work for others, older weeks counting
    less (half-life 26 weeks), divided by the square root of what they do everywhere, so that who
    is busy everywhere is not the candidate everywhere. A repository is an area only where it has
    owners.
    """
    weekly = settled(_weekly(traces))
    codes = _Codes(weekly)
    owners = settled(
        codes.coded(
            area_owners.filter(pl.col("week").is_in(weeks)).rename({"owner_id": "person_id"})
        )
    )
    people = settled(_people_weeks(codes.coded(weekly), weeks))
    placed = settled(
        people.join(
            owners.with_columns(is_owner=pl.lit(value=True)), on=PLACE, how="left"
        ).with_columns(pl.col("is_owner").fill_null(value=False))
    )
    area = ["area", "week"]
    everywhere = placed.group_by("person", "week").agg(everywhere=total("recent"))
    weights = placed.filter(~pl.col("is_owner")).join(everywhere, on=["person", "week"])
    candidates = weights.group_by(area).agg(
        candidate=_first_person(
            (pl.col("recent") / pl.col("everywhere").sqrt() * 2**16).cast(pl.Int64)
        )
    )
    ruled = (
        placed.group_by(area)
        .agg(
            leader=_first_person(pl.col("led_count")),
            leader_count=pl.col("led_count").max(),
            act_count=pl.col("led_count").sum(),
            informal_count=pl.col("led_count").filter(~pl.col("is_owner")).sum(),
        )
        .join(candidates, on=area, how="left")
        .join(owners.group_by(area).agg(owners=pl.col("person")), on=area, how="left")
    )
    return codes.named(_matched(ruled)).select(AreasSchema.column_names())


def _matched(ruled: pl.LazyFrame) -> pl.LazyFrame:
    """Areas with shares and match; too few acts say nothing about who leads."""
    enough = pl.col("act_count") >= FEWEST_ACTS
    return ruled.with_columns(
        leader=pl.when(enough).then("leader"),
        leader_share=pl.when(enough).then(pl.col("leader_count") / pl.col("act_count")),
        informal_share=pl.when(enough).then(pl.col("informal_count") / pl.col("act_count")),
        candidate=pl.when(enough).then("candidate"),
        match=pl.when(~enough)
        .then(pl.lit("too_few"))
        .when(pl.col("owners").is_null())
        .then(pl.lit("no_owner"))
        .when(pl.col("owners").list.contains(pl.col("leader")))
        .then(pl.lit("matches"))
        .otherwise(pl.lit("differs")),
    )


PLACE = ["area", "person", "week"]
MOST_PEOPLE = 2**24  # people fit below the count in one sortable number


def _first_person(size: pl.Expr) -> pl.Expr:
    """The person with most; of equals the first. Null where nobody has any."""
    ordered = size * MOST_PEOPLE + (MOST_PEOPLE - 1 - pl.col("person"))
    most = ordered.filter(size > 0).max()
    return MOST_PEOPLE - 1 - most % MOST_PEOPLE


class _Codes:
    """Areas and people as numbers in the order of their names, for the time of the sums.

    The sums are over millions of rows of area, person and week: as numbers they cost a fifth.
    """

    def __init__(self, weekly: pl.LazyFrame) -> None:
        area = ["scope_type", "scope_id"]
        self.areas = settled(weekly.select(area).unique().sort(area).with_row_index("area"))
        self.people = settled(
            weekly.select("person_id").unique().sort("person_id").with_row_index("person")
        ).with_columns(pl.col("person").cast(pl.Int64))

    def coded(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Rows with area and person in place of their names; who left no trace is not there."""
        return (
            rows.join(self.areas, on=["scope_type", "scope_id"])
            .join(self.people, on="person_id", how="left")
            .with_columns(pl.col("person").fill_null(-1))
            .drop("scope_type", "scope_id", "person_id")
        )

    def named(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Rows with the names of area, leader and candidate; unowned repositories left out."""
        who = self.people
        return (
            rows.join(self.areas, on="area")
            .filter((pl.col("scope_type") != "repository") | pl.col("owners").is_not_null())
            .join(
                who.rename({"person": "leader", "person_id": "leader_id"}), on="leader", how="left"
            )
            .join(
                who.rename({"person": "candidate", "person_id": "candidate_id"}),
                on="candidate",
                how="left",
            )
        )


def _weekly(traces: pl.LazyFrame) -> pl.LazyFrame:
    return traces.filter(~pl.col("scope_type").is_in(NO_AREAS)).select(
        "person_id", "scope_type", "scope_id", "own_count", "led_count", week="utc_week"
    )


def _area_weeks(traces: pl.LazyFrame) -> pl.LazyFrame:
    return trailing(_weekly(traces), WEEKS, ["scope_type", "scope_id"], counts=["led_count"])


def _people_weeks(weekly: pl.LazyFrame, weeks: list[date]) -> pl.LazyFrame:
    """Per area, person and week of `weeks`: acts for others over 52 weeks, and all recent work.

    Recent: a trace of k weeks ago counts 2^(-k / half-life).
    """
    steps = pl.LazyFrame({"step": range(WEEKS)}, schema={"step": pl.Int32})
    decay = (-pl.col("step").cast(pl.Float64) / HALF_LIFE_WEEKS * LN_2).exp()
    return (
        weekly.group_by(PLACE)
        .agg(pl.col("own_count", "led_count").sum())
        .join(steps, how="cross")
        .with_columns(week=(pl.col("week").cast(pl.Int32) + 7 * pl.col("step")).cast(pl.Date))
        .filter(pl.col("week").is_in(weeks))
        .with_columns(recent=(pl.col("own_count") + pl.col("led_count")).cast(pl.Float64) * decay)
        .group_by(PLACE)
        .agg(pl.col("led_count").sum(), recent=total("recent"))
    )
