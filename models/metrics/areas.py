"""Who owns an area by the register, and who leads it in practice over 52 weeks."""

from datetime import date, timedelta

import polars as pl

from models.authority.register import holders_on_record
from models.metrics.windows import trailing
from models.org.intervals import holds
from models.settled import settled
from models.tables.metrics import AreaOwnersSchema, AreasSchema

WEEKS = 52
EASTERNMOST = pl.duration(hours=14, microseconds=1)  # a Monday begins there so long before UTC's
FEWEST_ACTS = 10  # METHOD 6.1 S7 and S2: below it nobody is said to lead
# Nothing that somebody answers for; a series of meetings is whoever organises it by itself.
NO_AREAS = ("company", "team", "person", "meeting_series")


def area_owners(
    traces: pl.LazyFrame, mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame
) -> pl.LazyFrame:
    """Published owners of each area and week with acts in the 52 weeks to it, at the week's end.

    The end is that of the easternmost zone: a turn or mandate that begins on the next Monday, in
    whatever zone, is not of this week.
    """
    standing = mandates.filter(pl.col("superseded_at").is_null())
    held = holders_on_record(standing, rotas, people)
    next_monday = (pl.col("week") + pl.duration(days=7)).cast(pl.Datetime("us"))
    week_end = next_monday.dt.replace_time_zone("UTC") - EASTERNMOST
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
    one without a mandate there who has most own work and work for others, a trace of k weeks ago
    counting (52 - k) / 52, divided by the square root of what they do everywhere, so that who is
    busy everywhere is not the candidate everywhere. A repository is an area only where it has
    owners.
    """
    if not weeks:  # there is no first week to count from
        return pl.LazyFrame(
            schema={name: column.dtype for name, column in AreasSchema.columns().items()}
        )
    weekly = settled(_weekly(traces))
    codes = _Codes(weekly)
    coded = settled(
        _placed(codes.coded(weekly), weeks)
        .group_by("place")
        .agg(led=pl.col("led_count").sum(), work=(pl.col("own_count") + pl.col("led_count")).sum())
        .with_columns(area=pl.col("place") // (PEOPLE * STEPS))
    )
    published = area_owners.filter(pl.col("week").is_in(weeks)).rename({"owner_id": "person_id"})
    owners = settled(_placed(codes.coded(published), weeks).select("area", "place"))
    somewhere = coded.with_columns(pl.col("place") % (PEOPLE * STEPS))
    everywhere = settled(
        _running(somewhere, _last(weeks)).select(whenever="place", everywhere="recent")
    )
    parts = [
        settled(
            _ruled(
                _running(coded.filter(pl.col("area").is_between(*span)), _last(weeks)),
                owners.filter(pl.col("area").is_between(*span)),
                everywhere,
            )
        )
        for span in _spans(coded)
    ]
    empty = pl.LazyFrame(schema=RULED)
    return (
        _matched(pl.concat([empty, *parts]))
        .with_columns(
            area=(pl.col("area_step") // STEPS).cast(pl.UInt32),
            week=(pl.lit(_first(weeks)) + pl.duration(days=7 * (pl.col("area_step") % STEPS))).cast(
                pl.Date
            ),
        )
        .filter(pl.col("week").is_in(weeks))
        .pipe(codes.named)
        .select(AreasSchema.column_names())
    )


def _ruled(running: pl.LazyFrame, owners: pl.LazyFrame, everywhere: pl.LazyFrame) -> pl.LazyFrame:
    """Leader, candidate, counts and owners of each area and step."""
    placed = settled(
        running.join(owners.select("place", is_owner=pl.lit(value=True)), on="place", how="left")
        .with_columns(
            area_step=pl.col("place") // (PEOPLE * STEPS) * STEPS + pl.col("place") % STEPS,
            person=pl.col("place") // STEPS % PEOPLE,
            whenever=pl.col("place") % (PEOPLE * STEPS),
            is_owner=pl.col("is_owner").fill_null(value=False),
        )
        .join(everywhere, on="whenever", how="left")
    )
    weight = pl.col("recent") / pl.col("everywhere").cast(pl.Float64).sqrt() * 2**16
    outside = ~pl.col("is_owner")
    ruled = placed.group_by("area_step").agg(
        leader=_first_person(pl.col("led_count")),
        leader_count=pl.col("led_count").max(),
        act_count=pl.col("led_count").sum(),
        informal_count=pl.col("led_count").filter(outside).sum(),
        candidate=_first_person(pl.when(outside).then(weight.cast(pl.Int64)).otherwise(0)),
    )
    place = pl.col("place")
    listed = owners.group_by(area_step=place // (PEOPLE * STEPS) * STEPS + place % STEPS).agg(
        owners=place // STEPS % PEOPLE
    )
    return ruled.join(listed, on="area_step", how="left").select(list(RULED))


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


STEPS = 2**12  # weeks on one line: 78 years
PEOPLE = 2**24
MOST_ROWS = 8_000_000  # of running sums held at once: some 400 MB
RULED: dict[str, pl.DataType | type[pl.DataType]] = {
    "area_step": pl.Int64,
    "leader": pl.Int64,
    "leader_count": pl.Int64,
    "act_count": pl.Int64,
    "informal_count": pl.Int64,
    "candidate": pl.Int64,
    "owners": pl.List(pl.Int64),
}


def _first_person(size: pl.Expr) -> pl.Expr:
    """The person with most; of equals the first. Null where nobody has any."""
    ordered = size * PEOPLE + (PEOPLE - 1 - pl.col("person"))
    most = ordered.filter(size > 0).max()
    return PEOPLE - 1 - most % PEOPLE


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
        """Rows with area and person in place of their names; who left no trace is the last."""
        return (
            rows.join(self.areas, on=["scope_type", "scope_id"])
            .join(self.people, on="person_id", how="left")
            .with_columns(pl.col("person").fill_null(PEOPLE - 1))
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
    """Work by person, area and week; who was only seen there did none of it."""
    works = (pl.col("own_count") + pl.col("led_count")) > 0
    return traces.filter(~pl.col("scope_type").is_in(NO_AREAS), works).select(
        "person_id", "scope_type", "scope_id", "own_count", "led_count", week="utc_week"
    )


def _area_weeks(traces: pl.LazyFrame) -> pl.LazyFrame:
    return trailing(_weekly(traces), WEEKS, ["scope_type", "scope_id"], counts=["led_count"])


def _first(weeks: list[date]) -> date:
    """The first week whose traces count for any of `weeks`."""
    return min(weeks) - timedelta(weeks=WEEKS - 1)


def _placed(rows: pl.LazyFrame, weeks: list[date]) -> pl.LazyFrame:
    """Rows with `place`: area, person and number of the week in one whole number, in that order.

    Rows that count for none of `weeks` are gone.
    """
    step = (pl.col("week") - pl.lit(_first(weeks))).dt.total_days() // 7
    place = (pl.col("area").cast(pl.Int64) * PEOPLE + pl.col("person")) * STEPS + step
    return rows.filter(step.is_between(0, _last(weeks))).with_columns(place=place)


def _last(weeks: list[date]) -> int:
    return (max(weeks) - _first(weeks)).days // 7


def _spans(coded: pl.LazyFrame) -> list[tuple[int, int]]:
    """Areas in stretches whose running sums fit into memory together: first and last of each."""
    sizes = (
        coded.group_by(line=pl.col("place") // STEPS)
        .agg(pl.col("area").first(), rows=pl.col("place").max() - pl.col("place").min() + WEEKS + 1)
        .group_by("area")
        .agg(pl.col("rows").sum())
        .sort("area")
        .with_columns(part=pl.col("rows").cum_sum() // MOST_ROWS)
        .group_by("part")
        .agg(first=pl.col("area").min(), last=pl.col("area").max())
        .sort("part")
        .collect(engine="streaming")
    )
    return list(zip(sizes["first"].to_list(), sizes["last"].to_list(), strict=True))


def _running(coded: pl.LazyFrame, last: int) -> pl.LazyFrame:
    """Per area, person and step: acts for others over 52 weeks, and all work weighed by recency.

    Columns place, led_count, recent (a trace of k weeks ago counts 52 - k). Each trace enters where
    it happened and leaves 52 weeks on, or after the last step, so one running sum over all lines of
    weeks, laid end to end, gives every window, in whole numbers.
    """
    step = pl.col("place") % STEPS
    enters = coded.select("place", "led", "work", moment=pl.col("work") * step)
    leaves = enters.select(
        pl.col("place") - step + pl.min_horizontal(step + WEEKS, last + 1),
        -pl.col("led"),
        -pl.col("work"),
        -pl.col("moment"),
    )
    changes = settled(
        pl.concat([enters, leaves])
        .group_by("place")
        .agg(pl.col("led", "work", "moment").sum())
        .sort("place")
    )
    sums = changes.with_columns(
        *(pl.col(name).cum_sum() for name in ("led", "work", "moment")),
        until=pl.col("place").shift(-1),
    )
    recent = (WEEKS - step) * pl.col("work") + pl.col("moment")
    return (
        sums.filter(pl.col("work") > 0)
        .with_columns(place=pl.int_ranges("place", "until"))
        .explode("place")
        .select("place", led_count="led", recent=recent)
    )
