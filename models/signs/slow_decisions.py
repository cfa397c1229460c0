"""P2: how long those who hold something take to answer, against their own usual.

Source: METHOD 6.3 P2; what a request is, in METHOD 2.2, terms.
"""

import polars as pl

from models.org.chains import exploded
from models.settled import settled
from models.signs import words
from models.signs.company import Company
from models.signs.shape import EMERGING, ESTABLISHED, NOT_ASSESSABLE, evidence, findings
from models.signs.waiting import median_interval, median_wait
from models.signs.windows import declared, plain, with_team
from models.tables.signs import USUAL_WEEKS

CODE = "P2"
UNIT = "working hours"
ASKED_OF_HOLDERS = ("mention", "review_request", "assignment")
FEWEST_REQUESTS = 8
FEWEST_WEEKS = 3  # METHOD 6, evidence rule, where no event bounds the window
TIMES = 2.0
PLAIN_SCOPES = ("project", "repository")  # else one request would be told of at every height
SCOPE = ["scope_type", "scope_id"]
WINDOW = [*SCOPE, "window_kind", "window_start", "week"]


def slow_decisions(company: Company) -> pl.LazyFrame:
    """Windows in which the median wait for an answer was twice that of the 26 weeks before.

    Who still waits, or was relieved of it, counts as waiting, not as answered. The usual is the
    median of requests closed before the window begins. In a plain window what was asked within a
    declared one is left out: it is told of there. Established: so also in the eight weeks before.
    """
    events = settled(declared(company))
    requests = settled(_requests(company, events))
    scopes = settled(_scopes(company))
    now = pl.concat([events.filter(pl.col("week").is_in(company.weeks)), plain(scopes, company)])
    measured = settled(_measured(with_team(now, company), requests))
    earlier = _measured(plain(scopes, company, before=True), requests)
    before = _slow(earlier).select("scope_type", "scope_id", "week", was_slow=pl.lit(value=True))
    found = settled(
        pl.concat([_met(settled(_slow(measured)), before), _too_few(measured)], how="diagonal")
    )
    return findings(_with_evidence(found, requests), CODE, unit=UNIT)


def _requests(company: Company, events: pl.LazyFrame) -> pl.LazyFrame:
    """What was asked of holders, once for each scope, and whether in a declared window of it."""
    asked = company.requests.filter(
        pl.col("kind").is_in(ASKED_OF_HOLDERS), pl.col("waited_hours").is_not_null()
    ).select("request_id", "scope_chain", "asked_at", "answered_at", "waited_hours", "is_open")
    placed = settled(
        company.in_scopes(asked, "asked_at").rename({"in_type": "scope_type", "in_id": "scope_id"})
    )
    told_of = (
        placed.join(events.select(*SCOPE, event_from="starts_at", event_to="ends_at"), on=SCOPE)
        .filter(pl.col("asked_at").is_between("event_from", "event_to", closed="left"))
        .select("request_id", *SCOPE, is_told=pl.lit(value=True))
        .unique()
    )
    return placed.join(told_of, on=["request_id", *SCOPE], how="left").with_columns(
        pl.col("is_told").fill_null(value=False)
    )


def _scopes(company: Company) -> pl.LazyFrame:
    """Scopes that plain windows are about."""
    own = exploded(company.requests.select("scope_chain").unique())
    return own.filter(pl.col("scope_type").is_in(PLAIN_SCOPES)).select("scope_type", "scope_id")


def _measured(windows: pl.LazyFrame, requests: pl.LazyFrame) -> pl.LazyFrame:
    """Windows with the median wait, the usual and how many were asked when.

    Joined by number and without ids: a rebuild looks at each request in dozens of windows.
    """
    numbered = settled(windows.with_row_index("number"))
    about = numbered.select("number", *SCOPE, "window_kind", "starts_at", "ends_at").join(
        requests.drop("request_id", "scope_chain"), on=SCOPE
    )
    waits = settled(
        _inside(about)
        .group_by("number")
        .agg(
            hours="waited_hours",
            is_unanswered=pl.col("answered_at").is_null(),
            request_count=pl.len().cast(pl.Int64),
            open_count=pl.col("is_open").cast(pl.Int64).sum(),
            week_count=pl.col("asked_at").dt.truncate("1w").n_unique().cast(pl.Int64),
        )
    )
    usual = settled(
        about.filter(
            pl.col("answered_at") < pl.col("starts_at"),
            pl.col("asked_at") >= pl.col("starts_at") - pl.duration(weeks=USUAL_WEEKS),
        )
        .group_by("number")
        .agg(usual_hours=pl.col("waited_hours").median(), usual_count=pl.len().cast(pl.Int64))
    )
    median = pl.struct("hours", "is_unanswered").map_batches(
        lambda rows: pl.Series(
            [median_wait(row["hours"], row["is_unanswered"]) for row in rows], dtype=pl.Float64
        ),
        return_dtype=pl.Float64,
    )
    return (
        numbered.join(waits, on="number")
        .join(usual, on="number", how="left")
        .drop("number")
        .with_columns(pl.col("usual_count").fill_null(0))
        .with_columns(value=median, threshold=TIMES * pl.col("usual_hours"))
    )


def _inside(about: pl.LazyFrame) -> pl.LazyFrame:
    """Requests of each window; in a plain one, those that no declared window tells of."""
    return about.filter(
        pl.col("asked_at").is_between("starts_at", "ends_at", closed="left"),
        (pl.col("window_kind") != "plain") | ~pl.col("is_told"),
    )


def _with_evidence(found: pl.LazyFrame, requests: pl.LazyFrame) -> pl.LazyFrame:
    about = found.select(*WINDOW, "starts_at", "ends_at").join(requests, on=SCOPE)
    ids = _inside(about).group_by(WINDOW).agg(evidence=evidence("request", "request_id"))
    return found.join(ids, on=WINDOW, how="left")


INTERVAL = pl.Struct({"value_low": pl.Float64(), "value_high": pl.Float64()})


def _interval() -> pl.Expr:
    return pl.struct("hours", is_open="is_unanswered").map_batches(
        lambda rows: pl.Series(
            [
                dict(zip(("value_low", "value_high"), median_interval(**row), strict=True))
                for row in rows
            ],
            dtype=INTERVAL,
        ),
        return_dtype=INTERVAL,
    )


def _enough() -> pl.Expr:
    is_spread = (pl.col("window_kind") != "plain") | (pl.col("week_count") >= FEWEST_WEEKS)
    return (
        (pl.col("request_count") >= FEWEST_REQUESTS)
        & (pl.col("usual_count") >= FEWEST_REQUESTS)
        & is_spread
    )


def _slow(measured: pl.LazyFrame) -> pl.LazyFrame:
    """Windows with enough requests whose median is at least twice the usual.

    Where half are not answered at all there is no median, only that it lies above the longest
    wait; such a window is not said to be slow.
    """
    return measured.filter(
        _enough(), pl.col("threshold") > 0, pl.col("value") >= pl.col("threshold")
    )


def _met(slow: pl.LazyFrame, before: pl.LazyFrame) -> pl.LazyFrame:
    still = pl.when(pl.col("open_count") > 0).then(
        pl.concat_str(
            pl.lit("; "),
            pl.col("open_count").cast(pl.String),
            pl.when(pl.col("open_count") == 1).then(pl.lit(" was")).otherwise(pl.lit(" were")),
            pl.lit(" still open"),
        )
    )
    is_established = (pl.col("window_kind") == "plain") & pl.col("was_slow").fill_null(value=False)
    return (
        slow.with_columns(_interval().alias("interval"))
        .unnest("interval")
        .with_columns(ratio=pl.col("value") / pl.col("usual_hours"))
        .join(before, on=["scope_type", "scope_id", "week"], how="left")
        .with_columns(
            status=pl.when(is_established).then(pl.lit(ESTABLISHED)).otherwise(pl.lit(EMERGING)),
            sentence=pl.concat_str(
                pl.format(
                    "{}, the {} asked of holders of {} waited a median of {} "
                    "for a first answer, against {} in the {} weeks before ({} times)",
                    words.begun(words.days("window_start", "window_end")),
                    words.counted("request_count", "request", "requests"),
                    words.scope(),
                    words.working_hours("value"),
                    words.number("usual_hours", 1),
                    pl.lit(str(USUAL_WEEKS)),
                    words.number("ratio", 1),
                ),
                pl.coalesce(still, pl.lit("")),
                pl.lit("."),
            ),
        )
    )


def _too_few(measured: pl.LazyFrame) -> pl.LazyFrame:
    """Declared windows that are over and had too few requests to say anything."""
    few = measured.filter(pl.col("window_kind") == "declared", "is_over", ~_enough())
    return few.select(
        *WINDOW, "window_end", "team_id", "starts_at", "ends_at",
        status=pl.lit(NOT_ASSESSABLE),
        sentence=pl.format(
            "How long holders take is not assessable {}: {} around {}, and {} answered in the "
            "{} weeks before; {} of each are needed.",
            words.days("window_start", "window_end"),
            words.counted("request_count", "request", "requests"),
            words.scope(),
            "usual_count",
            pl.lit(str(USUAL_WEEKS)),
            pl.lit(str(FEWEST_REQUESTS)),
        ),
    )  # fmt: skip
