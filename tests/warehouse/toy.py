"""A small chain of tables: things > amounts > sums > tops, with spans beside it.

Run as a program it brings the chain up to date in a lake and is killed with SIGKILL at one of its
writes: `python -m tests.warehouse.toy ROOT NUMBER before|during|after`.
"""

import os
import signal
import sys
import threading
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import dataframely as dy
import polars as pl

from models.tables import Table
from models.tables import columns as c
from models.weeks import monday, utc_week, weeks_between
from warehouse import storage
from warehouse.lake import Lake
from warehouse.refresh import Refreshed, Step, refresh

Row = dict[str, Any]

START = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
UNTIL = START + timedelta(weeks=12)
EAST, WEST = "10h", "-10h"  # Ben lives in the west; everybody else begins a week in the east


class ThingsSchema(dy.Schema):
    source = c.text("Source", key=True)
    thing_id = c.text("Id", key=True)
    happened_at = c.moment("When")
    utc_week = c.day(c.UTC_WEEK)
    person_id = c.text("Who")
    amount = c.count("How much")


class SpansSchema(dy.Schema):
    person_id = c.text("Who", key=True)
    valid_from = c.moment("From", key=True)
    valid_to = c.moment("To")
    factor = c.count("Factor")


class AmountsSchema(dy.Schema):
    thing_id = c.text("Id", key=True)
    happened_at = c.moment("When")
    utc_week = c.day(c.UTC_WEEK)
    person_id = c.text("Who")
    amount = c.count("How much, times the factor of that moment")


class SumsSchema(dy.Schema):
    person_id = c.text("Who", key=True)
    week = c.day("Week", key=True)
    amount = c.count("Sum of the two weeks before, this one and the next")


class TopsSchema(dy.Schema):
    week = c.day("Week", key=True)
    amount = c.count("Largest sum of this week and the two before")


THINGS = Table("raw.things", ThingsSchema, "one thing", "Things", week="utc_week")
SPANS = Table("org.spans", SpansSchema, "one span", "Spans", interval=("valid_from", "valid_to"))
AMOUNTS = Table("acts.amounts", AmountsSchema, "one thing", "Amounts", week="utc_week")
SUMS = Table(
    "metrics.sums", SumsSchema, "one person and week", "Sums", "week", weeks_back=3, weeks_ahead=2
)
TOPS = Table("metrics.tops", TopsSchema, "one week", "Tops", "week", weeks_back=2, weeks_ahead=0)


def amounts(things: pl.LazyFrame, spans: pl.LazyFrame, scale: int) -> pl.LazyFrame:
    at = pl.col("happened_at")
    factors = things.join(spans, on="person_id").filter(
        at >= pl.col("valid_from"), at < pl.col("valid_to")
    )
    return things.join(factors.select("thing_id", "factor"), on="thing_id", how="left").select(
        "thing_id",
        "happened_at",
        "utc_week",
        "person_id",
        amount=pl.col("amount") * pl.col("factor").fill_null(1) * scale,
    )


def sums(amounts: pl.LazyFrame) -> pl.LazyFrame:
    home = pl.when(person_id="ben").then(pl.lit(WEST)).otherwise(pl.lit(EAST))
    week = utc_week(pl.col("happened_at").dt.offset_by(home))
    shifts = pl.LazyFrame({"shift": [-7, 0, 7, 14]})
    spread = amounts.with_columns(week=week).join(shifts, how="cross")
    return (
        spread.with_columns(pl.col("week") + pl.duration(days="shift"))
        .group_by("person_id", "week")
        .agg(pl.col("amount").sum())
    )


def tops(sums: pl.LazyFrame, weeks: list[date]) -> pl.LazyFrame:
    spread = sums.join(pl.LazyFrame({"shift": [0, 7, 14]}), how="cross")
    found = (
        spread.with_columns(pl.col("week") + pl.duration(days="shift"))
        .group_by("week")
        .agg(pl.col("amount").max())
    )
    every = pl.LazyFrame({"week": weeks}, schema={"week": pl.Date})
    return every.join(found, on="week", how="left").with_columns(pl.col("amount").fill_null(0))


STEPS = [
    Step(AMOUNTS, amounts, (THINGS, SPANS), ("scale",)),
    Step(SUMS, sums, (AMOUNTS,), needs=(AMOUNTS,)),
    Step(TOPS, tops, (SUMS,), ("weeks",)),
]
MADE = [AMOUNTS, SUMS, TOPS]


def thing(name: str, week: int, hours: int = 0, person: str = "ada", amount: int = 1) -> Row:
    moment = START + timedelta(weeks=week, hours=hours)
    return {
        "source": "toys",
        "thing_id": name,
        "happened_at": moment,
        "utc_week": monday(moment.date()),
        "person_id": person,
        "amount": amount,
    }


def things(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=types(THINGS), orient="row")


def span(person: str, first: int, last: int, factor: int) -> Row:
    return {
        "person_id": person,
        "valid_from": START + timedelta(weeks=first),
        "valid_to": START + timedelta(weeks=last),
        "factor": factor,
    }


def spans(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=types(SPANS), orient="row")


def weeks_of(*rows: Row) -> set[date]:
    """The weeks that spans touch."""
    found: set[date] = set()
    for row in rows:
        found |= set(weeks_between(row["valid_from"].date(), row["valid_to"].date()))
    return found


def types(table: Table) -> Row:
    return {name: column.dtype for name, column in table.schema.columns().items()}


def week(number: int) -> date:
    return START.date() + timedelta(weeks=number)


def weeks(*numbers: int) -> frozenset[date]:
    return frozenset(map(week, numbers))


def refreshed(lake: Lake, until: datetime = UNTIL, fingerprint: str = "1") -> list[Refreshed]:
    return [
        refresh(lake, step, {"scale": 1}, fingerprint=fingerprint, until=until) for step in STEPS
    ]


def rows(lake: Lake, table: Table) -> pl.DataFrame:
    return lake.scan(table).collect(engine="streaming").sort(table.key)


def _kill_at(number: int, moment: str) -> None:
    write, count = vars(storage)["write_deltalake"], iter(range(1000))

    def wrapped(*arguments, **options):
        is_it = next(count) == number
        if is_it and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        if is_it and moment == "during":
            threading.Thread(target=_kill_soon).start()
        write(*arguments, **options)
        if is_it:
            os.kill(os.getpid(), signal.SIGKILL)

    vars(storage)["write_deltalake"] = wrapped


def _kill_soon() -> None:
    time.sleep(0.002)
    os.kill(os.getpid(), signal.SIGKILL)


def brought_up_to_date(root: str) -> Lake:
    """A lake with 400 things in ten weeks, and all that is made of them."""
    lake = Lake(root)
    many = [thing(f"t{n}", n % 10, n, "ada" if n % 3 else "ben", n) for n in range(400)]
    lake.upsert(THINGS, things(*many), source="toys", cursor={"at": 400})
    lake.write_whole(SPANS, spans(span("ada", 2, 5, 3)))
    refreshed(lake)
    return lake


if __name__ == "__main__":
    _kill_at(int(sys.argv[2]), sys.argv[3])
    brought_up_to_date(sys.argv[1])
