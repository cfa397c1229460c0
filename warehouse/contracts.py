"""Declarations at the boundary: which rows of a table keep its column rules, and which do not.

Keys are not checked here: on strings that costs more than all column rules together. They are one
check after the table is written (`Lake.duplicate_keys`).
"""

import copy
from collections.abc import Mapping
from functools import cache

import dataframely as dy
import polars as pl

from models.tables import Table

BROKEN = "broken_rules"


class ContractError(Exception):
    """A frame that has not the columns of its table; the message names column, table and types."""


@cache
def types(table: Table) -> Mapping[str, pl.DataType]:
    """The declared type of each column, in order."""
    return {name: _instance(column.dtype) for name, column in table.schema.columns().items()}


def quarantine_types(table: Table) -> dict[str, pl.DataType]:
    """The columns of rows set aside: the table's own and the names of the rules they break."""
    return {**types(table), BROKEN: pl.String()}


def shaped(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The declared columns, in order; a column of nothing but nulls takes its declared type.

    Raises:
        ContractError: a column is missing or has another type; cast it where the table is filled.
    """
    declared = types(table)
    problems = [
        f"{name} is {rows.schema.get(name, 'missing')}, declared {dtype}"
        for name, dtype in declared.items()
        if rows.schema.get(name) not in (dtype, pl.Null)
    ]
    if problems:
        raise ContractError(
            f"{table.name}: {'; '.join(problems)}. Mend it in the function that fills the table"
        )
    return rows.select(
        pl.col(name) if rows.schema[name] == dtype else pl.lit(None, dtype).alias(name)
        for name, dtype in declared.items()
    )


def split(table: Table, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, Mapping[str, int]]:
    """Rows that keep every column rule, those that do not, and how many break each rule.

    Raises:
        ContractError: as `shaped`.
    """
    good, failure = _unkeyed(table.schema).filter(shaped(table, rows))
    counts = failure.counts()
    if not counts:
        return good.select(table.columns), pl.DataFrame(schema=quarantine_types(table)), counts
    rules = failure.details().select(
        pl.concat_str(
            [pl.when(pl.col(rule) == "invalid").then(pl.lit(rule)) for rule in counts],
            separator="; ",
            ignore_nulls=True,
        ).alias(BROKEN)
    )
    bad = pl.concat([failure.invalid().select(table.columns), rules], how="horizontal")
    return good.select(table.columns), bad, counts


@cache
def _unkeyed(schema: type[dy.Schema]) -> type[dy.Schema]:
    columns = {}
    for name in schema.primary_key():
        columns[name] = copy.copy(schema.columns()[name])
        columns[name].primary_key = False
    return type(schema.__name__, (schema,), columns)


def _instance(dtype: pl.DataType | type[pl.DataType]) -> pl.DataType:
    return dtype() if isinstance(dtype, type) else dtype
