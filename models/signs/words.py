"""Words of findings and moves: each sentence is a template with slots filled from tables.

A person stands in a sentence as `{person:ID}`: names are put in when a page is made for its reader,
so no stored sentence holds one. Nothing here says why somebody did something, or how well.
"""

import re
from collections.abc import Callable

import polars as pl

PERSON = re.compile(r"\{person:([^{}]+)\}")
SCOPES = {
    "component": "component {}",
    "incident": "incident {}",
    "meeting_series": "the meeting series",
    "path": "{}",
    "process": "process {}",
    "project": "project {}",
    "repository": "repository {}",
    "team": "team {}",
    "company": "the company",
    "person": "one person's work",
}


def named(sentence: str, name_of: Callable[[str], str]) -> str:
    """The sentence with the name, as `name_of` gives it, in each person's place."""
    return PERSON.sub(lambda found: name_of(found[1]), sentence)


def people_in(sentence: str) -> list[str]:
    """Ids of the people that a sentence is about, in its order."""
    return PERSON.findall(sentence)


def person(column: str) -> pl.Expr:
    """The place of a person in a sentence; null where the column is."""
    return pl.concat_str(pl.lit("{person:"), pl.col(column), pl.lit("}"))


def scope() -> pl.Expr:
    """`project LNCH`, of scope_type and scope_id."""
    words = pl.col("scope_id")
    for kind, text in SCOPES.items():
        before, slot, after = text.partition("{}")
        said = pl.concat_str(pl.lit(before), "scope_id", pl.lit(after)) if slot else pl.lit(text)
        words = pl.when(pl.col("scope_type") == kind).then(said).otherwise(words)
    return words


def day(column: str) -> pl.Expr:
    """`2 October 2026`."""
    return pl.col(column).dt.strftime("%-d %B %Y")


def days(start: str, end: str) -> pl.Expr:
    """`from 18 September to 2 October 2026`, or `on 11 November 2026`."""
    first, last = pl.col(start), pl.col(end)
    is_same_year = first.dt.year() == last.dt.year()
    begin = pl.when(is_same_year).then(first.dt.strftime("%-d %B")).otherwise(day(start))
    span = pl.concat_str(pl.lit("from "), begin, pl.lit(" to "), day(end))
    return pl.when(first == last).then(pl.concat_str(pl.lit("on "), day(end))).otherwise(span)


def begun(words: pl.Expr) -> pl.Expr:
    """The words as they begin a sentence."""
    return pl.concat_str(words.str.head(1).str.to_uppercase(), words.str.slice(1))


def percent(column: str) -> pl.Expr:
    """A share as a whole percentage, without the sign."""
    return (100.0 * pl.col(column)).round(mode="half_away_from_zero").cast(pl.Int64).cast(pl.String)


def number(column: str, digits: int = 0) -> pl.Expr:
    """A quantity with at most so many digits after the point, and no needless zero."""
    rounded = pl.col(column).round(digits, mode="half_away_from_zero")
    return rounded.cast(pl.String).str.replace(r"\.0$", "")


def working_hours(column: str) -> pl.Expr:
    """`1 working hour`, `7.5 working hours`."""
    said = number(column, 1)
    noun = pl.when(said == "1").then(pl.lit(" working hour")).otherwise(pl.lit(" working hours"))
    return pl.concat_str(said, noun)


def half_hours(column: str) -> pl.Expr:
    """Hours to the half hour, METHOD 5, Display: `3`, `2.5`."""
    halves = (2.0 * pl.col(column)).round(mode="half_away_from_zero") / 2.0
    return halves.cast(pl.String).str.replace(r"\.0$", "")


def counted(column: str, one: str, many: str) -> pl.Expr:
    """`1 ticket`, `3 tickets`."""
    noun = pl.when(pl.col(column) == 1).then(pl.lit(one)).otherwise(pl.lit(many))
    return pl.concat_str(pl.col(column).cast(pl.String), pl.lit(" "), noun)
