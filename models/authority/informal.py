"""Rules 7 to 9 of METHOD 2.2: somebody else holds it, nobody does, or it is not known."""

import polars as pl

from models.authority.grants import DECISION
from models.authority.register import Register, covers_kind, in_chains, in_force, is_known
from models.org.intervals import holds
from models.settled import settled
from models.working_time import waited_hours

SEEN_WORKING_DAYS = 5  # a holder who acted in the scope within these was there: bypass
LEAST_WAIT_HOURS = 8.0  # METHOD 2.2 rule 7, working hours
WAIT_TIMES_P75 = 2.0
WAIT_WEEKS = 13
LONGEST_WINDOW_WEEKS = 3  # of a longer one the last weeks: what is read back must have an end
REQUESTING = ("mention", "review_request", "assignment", "unassigned")  # METHOD 2.2, terms
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
    current = (
        brief.join(holders, on="duty")
        .filter(in_force())
        .join(unowned, on="act_key", how="left")
        .filter(pl.col("unowned_rank").is_null() | (pl.col("rank") <= pl.col("unowned_rank")))
    )
    current = settled(_with_presence(settled(current), register))
    waits = _waits(current, chains, register)
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
    found = ["act_key", "rule", "scope_confidence"]
    gap = (
        pl.concat(
            [
                _ended(acts, chains, register).with_columns(rule=pl.lit("8 ended")).select(found),
                unowned.with_columns(rule=pl.lit("8 no_owner")).select(found),
            ]
        )
        .join(held.select("act_key"), on="act_key", how="anti")
        .group_by("act_key")
        .agg(pl.col("rule").max(), pl.col("scope_confidence").max())
        .with_columns(authority=pl.lit("gap"), is_stale=pl.lit(value=False))
        .select(DECISION)
    )
    return pl.concat([held, gap])


def _unowned(brief: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Acts with a no_owner record then: act_key, scope_confidence, and unowned_rank.

    The rank is that of the narrowest scope so marked.
    """
    return (
        brief.join(in_chains(register.no_owner, chains), on="scope_chain")
        .filter(holds("happened_at"))
        .group_by("act_key")
        .agg(pl.col("scope_confidence").max(), unowned_rank=pl.col("rank").min())
    )


def _ended(acts: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Acts in whose scopes somebody had held it before: act_key, scope_confidence.

    What ended is the holding, not that the object lay in its scope.
    """
    first_ends = (
        acts.select("duty", "scope_chain", "kind")
        .unique()
        .join(chains.rename({"valid_from": "in_from", "valid_to": "in_to"}), on="scope_chain")
        .join(
            register.holdings.filter(pl.col("valid_to").is_not_null()),
            on=["scope_type", "scope_id"],
        )
        .filter(covers_kind("act_kinds", "via_kinds"))
        .group_by("duty", "scope_confidence", "in_from", "in_to", "known_from", "known_to")
        .agg(ended_at=pl.col("valid_to").min())
    )
    return (
        acts.select("act_key", "duty", "happened_at")
        .join(first_ends, on="duty")
        .filter(
            pl.col("ended_at") <= pl.col("happened_at"),
            holds("happened_at", "in_from", "in_to"),
            is_known(),
        )
        .group_by("act_key")
        .agg(pl.col("scope_confidence").max())
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
            "scope_type", "scope_id", "on", "first_at", "last_at", holder_id="person_id"
        )
        .join(posts, on=place)
        .group_by("post", "on")
        .agg(pl.col("first_at").min(), pl.col("last_at").max())
        .sort("first_at")
    )
    moment = pl.col("happened_at")
    day = moment.dt.truncate("1d")
    five_before = (
        moment.dt.date()
        .dt.add_business_days(-SEEN_WORKING_DAYS, roll="forward")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    # A weekend is no working time: its moments are those at which Monday begins.
    horizon = five_before + pl.when(moment.dt.weekday() <= 5).then(moment - day).otherwise(
        pl.duration()
    )
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
            & (pl.col("confirmed_at") < day - pl.duration(days=STALE_DAYS))  # given as a date
            & (pl.col("last_at") < moment - pl.duration(days=STALE_DAYS)).fill_null(value=True),
        )
    )


def _waits(current: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Per act: `waited`, working hours of the longest open request to its holders, and `bearable`.

    A request is to a holder where it lies in the scope held; an unassigned item waits for every
    holder. Bearable is max(8, 2 x p75) of the holders' closed requests of the 13 weeks before the
    window: the declared window around the act, else its week. What was asked before those weeks
    counts for neither.
    """
    window = _window_starts(current, register)
    asked = (
        register.requests.filter(pl.col("kind").is_in(REQUESTING))
        .select("asked_at", "answered_at", "request_id", "scope_chain", asked_id="holder_id")
        .join(chains, on="scope_chain")
        .filter(holds("asked_at"))
        .select("asked_at", "answered_at", "request_id", "scope_type", "scope_id", "asked_id")
    )
    about = settled(
        current.select("act_key", "happened_at", "holder_id", "scope_type", "scope_id")
        .join(asked, on=["scope_type", "scope_id"])
        .filter(pl.col("asked_id").is_null() | (pl.col("asked_id") == pl.col("holder_id")))
        .join(window, on="act_key")
        .filter(
            pl.col("asked_at") <= pl.col("happened_at"),
            pl.col("asked_at") >= pl.col("window_start") - pl.duration(weeks=WAIT_WEEKS),
        )
        .unique(["act_key", "holder_id", "request_id"])
    )
    longest = (
        about.filter(
            pl.col("answered_at").is_null() | (pl.col("answered_at") > pl.col("happened_at"))
        )
        .group_by("act_key", "happened_at", "holder_id")
        .agg(pl.col("asked_at").min())
    )
    waited = (
        waited_hours(
            longest.rename({"holder_id": "person_id", "happened_at": "until_at"}),
            register.work_stretches,
        )
        .group_by("act_key")
        .agg(waited=pl.col("waited_hours").max())
    )
    closed = about.filter(
        pl.col("asked_id").is_not_null(), pl.col("answered_at") < pl.col("window_start")
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


def _window_starts(current: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Per act: where its declared window begins, else the Monday of its week (UTC)."""
    declared = (
        current.select("act_key", "happened_at", "scope_type", "scope_id")
        .join(register.windows, on=["scope_type", "scope_id"])
        .filter(holds("happened_at"))
        .group_by("act_key")
        .agg(declared=pl.col("valid_from").min())
    )
    earliest = pl.col("happened_at") - pl.duration(weeks=LONGEST_WINDOW_WEEKS)
    week = pl.col("happened_at").dt.truncate("1w")
    return (
        current.select("act_key", "happened_at")
        .unique()
        .join(declared, on="act_key", how="left")
        .select(
            "act_key",
            window_start=pl.max_horizontal(pl.coalesce("declared", week), earliest),
        )
    )
