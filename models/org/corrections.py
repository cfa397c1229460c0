"""Answers of readers as records of the register: who owns what, who was handed what.

Answers to findings and moves are kept as such. Reading corrections.toml is in
`connectors.corrections`; accounts joined or ignored by an answer are in `models.org.people`.
"""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from models.tables.columns import MOMENT, SCOPE_TYPES
from models.tables.org import AnswersSchema, DelegationsSchema, MandatesSchema


@dataclass(frozen=True)
class Answered:
    """Records as `models.org.register.recorded` takes them, and the entries left out.

    `problems` has line and problem.
    """

    records: pl.LazyFrame
    problems: pl.LazyFrame


def owners(owner: pl.LazyFrame, people: pl.LazyFrame) -> Answered:
    """A mandate of kind owner, for all acts in the scope, from each [[owner]] entry."""
    entries = _with_person(owner, "person", people)
    number = pl.col("line").rank("ordinal").over("scope_type", "scope_id").cast(pl.String)
    records = entries.filter(pl.col("person_id").is_not_null()).select(
        mandate_id=pl.concat_str(
            pl.lit("correction"), "scope_type", "scope_id", number, separator=":"
        ),
        holder_type=pl.lit("person"),
        holder_id="person_id",
        mandate_kind=pl.lit("owner"),
        scope_type="scope_type",
        scope_id=pl.when(pl.col("scope_type") == "company").then(pl.lit("")).otherwise("scope_id"),
        act_kinds=pl.lit(""),
        compensated=pl.lit(None, pl.String),
        time_budget_hours_week=pl.lit(None, pl.Float64),
        valid_from="since",
        valid_to=pl.lit(None, MOMENT),
        recorded_at=pl.lit(None, MOMENT),
        confirmed_on=pl.lit(None, pl.Date),
        is_self_confirming=pl.lit(value=False),
    )
    columns = [name for name in MandatesSchema.column_names() if name != "superseded_at"]
    return Answered(
        records.sort("mandate_id").select(columns), _nobody(entries, "owner", "person", "person_id")
    )


def delegations(
    delegated: pl.LazyFrame, people: pl.LazyFrame, known_scopes: pl.LazyFrame
) -> Answered:
    """A delegation of all acts in the area from each [[delegated]] entry.

    `area` is type:id, or an id alone that `known_scopes` (scope_type, scope_id) has with one type.
    """
    both = _with_person(_with_person(delegated, "from", people, "from_id"), "to", people, "to_id")
    entries = _with_scope(both, known_scopes)
    is_own = pl.col("from_id") == pl.col("to_id")
    whole = pl.all_horizontal(pl.col("from_id", "to_id", "scope_type").is_not_null()) & ~is_own
    records = (
        entries.filter(whole)
        .select(
            from_person_id="from_id",
            to_person_id="to_id",
            act_kinds=pl.lit(""),
            scope_type="scope_type",
            scope_id="scope_id",
            valid_from="since",
            valid_to=pl.lit(None, MOMENT),
            recorded_at=pl.lit(None, MOMENT),
        )
        .unique()
        .sort("from_person_id", "to_person_id", "scope_id", "valid_from")
    )
    area = entries.filter(pl.col("scope_type").is_null()).select(
        "line",
        problem=pl.format(
            '[[delegated]] area "{}" is not one known scope; write it as type:id, project:LNCH',
            "area",
        ),
    )
    own = entries.filter(is_own).select(
        "line",
        problem=pl.format('[[delegated]] to "{}" is who delegates; name another', "to"),
    )
    nobody = [_nobody(entries, "delegated", end, f"{end}_id") for end in ("from", "to")]
    columns = [name for name in DelegationsSchema.column_names() if name != "superseded_at"]
    return Answered(records.select(columns), pl.concat([area, own, *nobody]).sort("line"))


def answers(
    done: pl.LazyFrame, not_so: pl.LazyFrame, stored: pl.LazyFrame, seen_at: datetime
) -> pl.LazyFrame:
    """Each [[done]] and [[not_so]] entry once, with when a run first saw it.

    An entry taken out of the file is taken back.
    """
    given = pl.concat(
        [
            done.select(answer=pl.lit("done"), answered_id="move_id"),
            not_so.select(answer=pl.lit("not_so"), answered_id="finding_id"),
        ]
    ).unique()
    before = stored.select("answer", "answered_id", since="recorded_at")
    return (
        given.join(before, on=["answer", "answered_id"], how="left")
        .with_columns(recorded_at=pl.coalesce("since", pl.lit(seen_at, MOMENT)))
        .select(AnswersSchema.column_names())
        .sort("answer", "answered_id")
    )


def contests(contested: pl.LazyFrame, judged: pl.LazyFrame) -> Answered:
    """Each act of a [[contested]] entry once; an entry taken out of the file is settled.

    An id that no act judged so far has is said, and kept: its source may be read anew.
    """
    missing = contested.join(judged.select("act_id"), on="act_id", how="anti").select(
        "line",
        problem=pl.format(
            '[[contested]] act_id "{}" is no act\'s so far; copy it from your page',
            pl.col("act_id").str.slice(0, 40),
        ),
    )
    return Answered(contested.select("act_id").unique().sort("act_id"), missing)


def person_named(people: pl.LazyFrame) -> pl.LazyFrame:
    """Who is meant by a text: named (lower case person id, else address) and person_id.

    An address that two people have names nobody.
    """
    ids = people.select("person_id", named=pl.col("person_id").str.to_lowercase()).unique()
    by_address = (
        people.select("person_id", named=pl.col("email").str.to_lowercase())
        .filter(pl.col("named").is_not_null())
        .join(ids, on="named", how="anti")
    )
    return (
        pl.concat([ids, by_address])
        .group_by("named")
        .agg(pl.col("person_id").first(), count=pl.col("person_id").n_unique())
        .filter(pl.col("count") == 1)
        .drop("count")
    )


def _with_person(
    entries: pl.LazyFrame, column: str, people: pl.LazyFrame, as_: str = "person_id"
) -> pl.LazyFrame:
    return (
        entries.with_columns(named=pl.col(column).str.to_lowercase())
        .join(person_named(people).rename({"person_id": as_}), on="named", how="left")
        .drop("named")
    )


def _nobody(entries: pl.LazyFrame, kind: str, column: str, person: str) -> pl.LazyFrame:
    text = f'[[{kind}]] {column} "{{}}" is nobody; write a person_id or an address of people.csv'
    unknown = entries.filter(pl.col(person).is_null()).sort("line")
    return unknown.select("line", problem=pl.format(text, pl.col(column)))


def _with_scope(entries: pl.LazyFrame, known_scopes: pl.LazyFrame) -> pl.LazyFrame:
    """Entries with scope_type and scope_id of their area, null where it is not one scope."""
    one = (
        known_scopes.select("scope_type", area="scope_id")
        .unique()
        .filter(pl.col("scope_type").n_unique().over("area") == 1)
        .rename({"scope_type": "known_type"})
    )
    parts = pl.col("area").str.splitn(":", 2).struct
    is_typed = parts.field("field_0").is_in(SCOPE_TYPES) & (parts.field("field_1") != "")
    return (
        entries.join(one, on="area", how="left")
        .with_columns(is_typed=is_typed.fill_null(value=False))
        .with_columns(
            scope_type=pl.when("is_typed").then(parts.field("field_0")).otherwise("known_type"),
            scope_id=pl.when("is_typed").then(parts.field("field_1")).otherwise("area"),
        )
        .drop("is_typed", "known_type")
    )
