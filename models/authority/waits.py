"""How long the oldest open request to the holders had waited when an act was done, and is usual."""

import polars as pl

from models.authority.register import Register, in_chains
from models.org.intervals import holds
from models.settled import settled
from models.working_time import waited_hours

LEAST_WAIT_HOURS = 8.0  # METHOD 2.2 rule 7, working hours
WAIT_TIMES_P75 = 2.0
WAIT_WEEKS = 13
LONGEST_WINDOW_WEEKS = 3  # of a longer one the last weeks: what is read back must have an end
REQUESTING = (
    "mention",
    "review_request",
    "assignment",
    "unassigned",
)  # METHOD 2.2, terms
MOMENTS = ("asked_at", "answered_at", "withdrawn_at")


def waits(
    acts: pl.LazyFrame, held: pl.LazyFrame, chains: pl.LazyFrame, register: Register
) -> pl.LazyFrame:
    """Per act: `waited`, working hours of the longest open request to its holders, and `bearable`.

    A request is to a holder where it lies in the scope held; an unassigned item waits for every
    holder, and one that others took away was open until then. Bearable is max(8, 2 x p75) of the
    holders' closed requests of the 13 weeks before the window: the declared window around the act,
    of any scope it lies in, else its week. What was asked before those weeks counts for neither.
    Acts have act_key, happened_at, scope_chain and stretch; `held` says who holds it in a stretch,
    where.
    """
    place = ["scope_type", "scope_id"]
    asked = settled(
        register.requests.filter(pl.col("kind").is_in(REQUESTING))
        .select(*MOMENTS, "request_id", "scope_chain", asked_id="holder_id")
        .join(chains, on="scope_chain")
        .filter(holds("asked_at"))
        .select(*MOMENTS, "request_id", *place, "asked_id")
    )
    posts = register.holdings.select("post", *place).unique()
    asked_there = posts.join(asked, on=place, how="semi")
    concerned = held.join(asked_there, on="post", how="semi").select("stretch").unique()
    holders = held.join(concerned, on="stretch", how="semi").join(posts, on="post")
    concerned_acts = settled(acts.join(concerned, on="stretch", how="semi"))
    current = settled(
        concerned_acts.drop("scope_chain").join(holders, on="stretch").drop("stretch", "post")
    )
    window = _window_starts(concerned_acts, chains, register)
    about = settled(
        _to_holders(current, asked)
        .join(window, on="act_key")
        .filter(
            pl.col("asked_at") <= pl.col("happened_at"),
            pl.col("asked_at") >= pl.col("window_start") - pl.duration(weeks=WAIT_WEEKS),
        )
        .unique(["act_key", "holder_id", "request_id"])
    )
    # What the act itself takes from a holder, or gives to somebody, had waited until then.
    is_withdrawn = (pl.col("withdrawn_at") < pl.col("happened_at")).fill_null(value=False)
    is_given_now = ~pl.col("is_assigned") & (pl.col("answered_at") == pl.col("happened_at"))
    longest = (
        about.filter(
            pl.col("answered_at").is_null()
            | (pl.col("answered_at") > pl.col("happened_at"))
            | is_given_now,
            ~is_withdrawn,
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
    closed = about.filter("is_assigned", pl.col("answered_at") < pl.col("window_start"))
    usual = (
        waited_hours(
            closed.select(
                "act_key",
                "request_id",
                "asked_at",
                person_id="holder_id",
                until_at="answered_at",
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


def _to_holders(current: pl.LazyFrame, asked: pl.LazyFrame) -> pl.LazyFrame:
    """Each act and holder with what was asked of them, or of anybody, where they hold it."""
    place = ["scope_type", "scope_id"]
    assigned = asked.filter(pl.col("asked_id").is_not_null()).rename({"asked_id": "holder_id"})
    unassigned = asked.filter(pl.col("asked_id").is_null()).drop("asked_id")
    return pl.concat(
        [
            current.join(to, on=by).with_columns(is_assigned=pl.lit(is_assigned))
            for to, by, is_assigned in [
                (assigned, ["holder_id", *place], True),
                (unassigned, place, False),
            ]
        ],
        how="diagonal",
    )


def _window_starts(acts: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Per act: where its declared window begins, else the Monday of its week (UTC)."""
    windows = in_chains(register.windows.with_columns(declared="valid_from"), chains)
    declared = (
        acts.join(windows.select("scope_chain", "declared", "valid_from", "valid_to"),
                  on="scope_chain")
        .filter(holds("happened_at"))
        .group_by("act_key")
        .agg(pl.col("declared").min())
    )  # fmt: skip
    earliest = pl.col("happened_at") - pl.duration(weeks=LONGEST_WINDOW_WEEKS)
    week = pl.col("happened_at").dt.truncate("1w")
    return (
        acts.select("act_key", "happened_at")
        .join(declared, on="act_key", how="left")
        .select(
            "act_key",
            window_start=pl.max_horizontal(pl.coalesce("declared", week), earliest),
        )
    )
