"""Rules 7 to 9 of METHOD 2.2: somebody else holds it, nobody does, or it is not known."""

import polars as pl

from models.authority.grants import DECISION
from models.authority.register import Register, in_force
from models.org.intervals import holds
from models.settled import settled
from models.working_time import waited_hours

SEEN_WORKING_DAYS = 5  # a holder who acted in the scope within these was there: bypass
LEAST_WAIT_HOURS = 8.0  # METHOD 2.2 rule 7, working hours
WAIT_TIMES_P75 = 2.0
WAIT_WEEKS = 13
STALE_DAYS = 90
FRESH, STALE = 1.0, 0.6


def informal(
    acts: pl.LazyFrame,
    holders: pl.LazyFrame,
    chains: pl.LazyFrame,
    register: Register,
) -> pl.LazyFrame:
    """Decisions on acts that rules 1 to 6 left open; those that stay unknown have no row.

    A no_owner record of a narrower scope hides holders of wider ones. `cover` when every holder
    is absent or the oldest open request waited too long, `bypass` when a holder was seen there
    within five working days and none was absent, `unresolved` otherwise; `gap` when nobody holds
    it by record or the last mandate ended without a successor.
    """
    brief = acts.select("act_key", "scope_chain", "duty", "happened_at")
    unowned = _unowned(brief, chains, register)
    all_held = brief.join(holders, on="duty")
    current = (
        all_held.filter(in_force())
        .join(unowned, on="act_key", how="left")
        .filter(pl.col("unowned_rank").is_null() | (pl.col("rank") <= pl.col("unowned_rank")))
    )
    current = settled(_with_presence(settled(current), register))
    waits = _waits(current, register)
    by_act = (
        current.group_by("act_key")
        .agg(
            all_absent=pl.col("is_absent").all(),
            any_absent=pl.col("is_absent").any(),
            any_seen=pl.col("is_seen").any(),
            scope_confidence=(
                pl.col("scope_confidence") * pl.when("is_stale").then(STALE).otherwise(FRESH)
            ).max(),
            is_stale=pl.col("is_stale").all(),
            decided_at=pl.col("recorded_at").min(),
        )
        .join(waits, on="act_key", how="left")
    )
    slow = pl.col("waited") > pl.col("bearable")
    seen = pl.col("any_seen") & ~pl.col("any_absent")
    held = by_act.with_columns(
        authority=pl.when(pl.col("all_absent") | slow)
        .then(pl.lit("cover"))
        .when(seen)
        .then(pl.lit("bypass"))
        .otherwise(pl.lit("unresolved")),
        rule=pl.when("all_absent")
        .then(pl.lit("7 absent"))
        .when(slow)
        .then(pl.lit("7 slow_holder"))
        .when(seen)
        .then(pl.lit("7 acting_holder"))
        .otherwise(pl.lit("7 unseen_holder")),
    ).select(DECISION)
    ended = all_held.filter(pl.col("valid_to") <= pl.col("happened_at")).select(
        "act_key", rule=pl.lit("8 ended"), decided_at="recorded_at"
    )
    gap = (
        pl.concat(
            [
                ended,
                unowned.select(
                    "act_key",
                    rule=pl.lit("8 no_owner"),
                    decided_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
                ),
            ]
        )
        .join(held.select("act_key"), on="act_key", how="anti")
        .group_by("act_key")
        .agg(pl.col("rule").max(), pl.col("decided_at").min())
        .with_columns(
            authority=pl.lit("gap"), scope_confidence=pl.lit(1.0), is_stale=pl.lit(value=False)
        )
        .select(DECISION)
    )
    return pl.concat([held, gap])


def _unowned(brief: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Acts with a no_owner record then: act_key, unowned_rank (the narrowest scope so marked)."""
    marked = chains.select("scope_chain", "scope_type", "scope_id", "rank").join(
        register.no_owner, on=["scope_type", "scope_id"]
    )
    return (
        brief.join(marked, on="scope_chain")
        .filter(holds("happened_at"))
        .group_by("act_key")
        .agg(unowned_rank=pl.col("rank").min())
    )


def _with_presence(current: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Holders with is_absent, is_seen (within five working days before) and is_stale."""
    away = (
        current.select("act_key", "holder_id", "happened_at")
        .join(register.absences, left_on="holder_id", right_on="person_id")
        .filter(holds("happened_at"))
        .select("act_key", "holder_id", is_absent=pl.lit(value=True))
        .unique()
    )
    place = ["holder_id", "scope_type", "scope_id"]
    posts = settled(current.select(place).unique().sort(place).with_row_index("post"))
    traces = (
        register.traces.select(
            "scope_type", "scope_id", "first_at", "last_at", holder_id="person_id"
        )
        .join(posts, on=place)
        .select("post", "first_at", "last_at")
        .sort("first_at")
    )
    moment = pl.col("happened_at")
    horizon = moment.dt.date().dt.add_business_days(-SEEN_WORKING_DAYS, roll="backward").cast(
        pl.Datetime("us")
    ).dt.replace_time_zone("UTC") + (moment - moment.dt.truncate("1d"))
    return (
        current.join(posts, on=place)
        .sort("happened_at")
        .join_asof(
            traces,
            left_on="happened_at",
            right_on="first_at",
            by="post",
            strategy="backward",
            check_sortedness=False,
        )
        .join(away, on=["act_key", "holder_id"], how="left")
        .with_columns(
            is_absent=pl.col("is_absent").fill_null(value=False),
            is_seen=(pl.col("last_at") >= horizon).fill_null(value=False),
            is_stale=~pl.col("is_self_confirming")
            & (pl.col("confirmed_at") < moment - pl.duration(days=STALE_DAYS))
            & (pl.col("last_at") < moment - pl.duration(days=STALE_DAYS)).fill_null(value=True),
        )
    )


def _waits(current: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Per act: `waited`, working hours of the oldest open request to its holders, and `bearable`.

    An unassigned item waits for every holder. Bearable is max(8, 2 x p75) of the holders' closed
    requests of the 13 weeks before the window: the declared window around the act, else its week.
    """
    holders = current.select("act_key", "happened_at", "holder_id", "scope_type", "scope_id")
    asked = register.requests.select(
        "asked_at", "answered_at", "request_id", "scope_type", "scope_id", asked_id="holder_id"
    )
    about = settled(
        holders.join(asked, on=["scope_type", "scope_id"]).filter(
            pl.col("asked_id").is_null() | (pl.col("asked_id") == pl.col("holder_id"))
        )
    )
    open_then = about.filter(
        pl.col("asked_at") <= pl.col("happened_at"),
        pl.col("answered_at").is_null() | (pl.col("answered_at") > pl.col("happened_at")),
    )
    oldest = (
        open_then.sort("asked_at", "holder_id")
        .group_by("act_key")
        .agg(pl.col("holder_id", "asked_at", "happened_at").first())
    )
    waited = waited_hours(
        oldest.rename({"holder_id": "person_id", "happened_at": "until_at"}),
        register.work_stretches,
    ).select("act_key", waited="waited_hours")
    window = _window_starts(about, register)
    closed = (
        about.filter(pl.col("asked_id").is_not_null(), pl.col("answered_at").is_not_null())
        .join(window, on="act_key")
        .filter(
            pl.col("answered_at") < pl.col("window_start"),
            pl.col("answered_at") >= pl.col("window_start") - pl.duration(weeks=WAIT_WEEKS),
        )
        .unique(["act_key", "request_id"])
    )
    usual = (
        waited_hours(
            closed.select(
                "act_key", "request_id", "asked_at", person_id="holder_id", until_at="answered_at"
            ),
            register.work_stretches,
        )
        .group_by("act_key")
        .agg(p75=pl.col("waited_hours").quantile(0.75, interpolation="linear"))
    )
    return waited.join(usual, on="act_key", how="left").select(
        "act_key",
        "waited",
        bearable=pl.max_horizontal(
            pl.lit(LEAST_WAIT_HOURS), (WAIT_TIMES_P75 * pl.col("p75")).fill_null(0.0)
        ),
    )


def _window_starts(about: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Per act: where its declared window begins, else the Monday of its week (UTC)."""
    declared = (
        about.select("act_key", "happened_at", "scope_type", "scope_id")
        .join(register.windows, on=["scope_type", "scope_id"])
        .filter(holds("happened_at"))
        .group_by("act_key")
        .agg(declared=pl.col("valid_from").min())
    )
    return (
        about.select("act_key", "happened_at")
        .unique()
        .join(declared, on="act_key", how="left")
        .select(
            "act_key",
            window_start=pl.coalesce("declared", pl.col("happened_at").dt.truncate("1w")),
        )
    )
