"""How long what was asked of holders waited, in their own working hours (METHOD 2.2, terms)."""

from datetime import datetime

import polars as pl

from models.org.holders import holders
from models.tables.metrics import RequestWaitsSchema
from models.working_time import waited_hours


def requests(
    requests: pl.LazyFrame,
    *,
    mandates: pl.LazyFrame,
    rotas: pl.LazyFrame,
    people: pl.LazyFrame,
    scopes: pl.LazyFrame,
    teams: pl.LazyFrame,
    work_stretches: pl.LazyFrame,
    until: datetime,
) -> pl.LazyFrame:
    """Requests to people who hold a mandate in the scope when asked, with the hours waited.

    What is open waits until the end of the data; what others took away waited until then, and is
    neither open nor answered. Items that wait for anybody, being assigned to nobody, are no request
    to a holder. Null hours: the one asked has no working time on record.
    """
    asked = requests.filter(pl.col("holder_id").is_not_null(), pl.col("kind") != "co_host")
    of_holders = holders(
        asked.select("request_id", "asked_at", "scope_chain", asked_id="holder_id"),
        "asked_at",
        kind=None,
        mandates=mandates,
        rotas=rotas,
        people=people,
        scopes=scopes,
        teams=teams,
    ).filter(pl.col("asked_id") == pl.col("holder_id"))
    end = pl.lit(until).dt.convert_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    ended_at = pl.coalesce("answered_at", "withdrawn_at")
    is_open = ended_at.is_null() | (ended_at >= end)
    rows = asked.join(of_holders.select("request_id"), on="request_id", how="semi").with_columns(
        answered_at=pl.when(~is_open).then("answered_at"),
        is_open=is_open,
        person_id=pl.col("holder_id"),
        until_at=pl.when(is_open).then(end).otherwise(ended_at),
    )
    return waited_hours(rows, work_stretches).select(RequestWaitsSchema.column_names())
