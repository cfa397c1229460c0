"""Asset checks, all made from the declarations of the tables; a failed one stops publication.

The rules are checked where rows are written (`warehouse.lake`), which sets bad rows aside and
counts them by rule. Here the counts become checks, columns become what Dagster's pages show.
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from models.tables import Table

RULES = "rows_keep_the_rules"
READ = "source_was_read"
MOST_SET_ASIDE = 0.01  # of a source's rows; beyond, it is no longer a few odd records


def asset_key(table: Table) -> dg.AssetKey:
    """The table's name in two parts: layer and table."""
    return dg.AssetKey(table.name.split("."))


def rules_spec(table: Table) -> dg.AssetCheckSpec:
    """The check that every row computed keeps the rules of its declaration."""
    schema = table.schema
    columns = schema.columns()
    needed = [name for name, column in columns.items() if not column.nullable]
    return dg.AssetCheckSpec(
        name=RULES,
        asset=asset_key(table),
        description=(
            f"One row is {table.grain}: {', '.join(table.key)} "
            f"{'occur' if len(table.key) > 1 else 'occurs'} once together. "
            f"Never empty: {', '.join(needed)}. Ranges and labels as declared."
        ),
        blocking=True,
    )


def rules_result(table: Table, row_count: int, broken: Mapping[str, int]) -> dg.AssetCheckResult:
    """The outcome of `rules_spec`, with counts by rule and never a row."""
    return dg.AssetCheckResult(
        check_name=RULES,
        asset_key=asset_key(table),
        passed=not any(broken.values()),
        metadata={"rows": row_count, **{f"breaks {rule}": count for rule, count in broken.items()}},
    )


def register_spec(tables: Sequence[Table]) -> dg.AssetCheckSpec:
    """One check of all tables that one step writes; it stands at the first of them."""
    return dg.AssetCheckSpec(
        name=RULES,
        asset=asset_key(tables[0]),
        description=f"As declared: {', '.join(table.name for table in tables)}",
        blocking=True,
    )


def register_result(
    tables: Sequence[Table], broken: Mapping[str, Mapping[str, int]]
) -> dg.AssetCheckResult:
    """The outcome of `register_spec`, with counts by table and rule."""
    return dg.AssetCheckResult(
        check_name=RULES,
        asset_key=asset_key(tables[0]),
        passed=not any(broken.values()),
        metadata={
            f"{table} breaks {rule}": count
            for table, rules in broken.items()
            for rule, count in rules.items()
        },
    )


def source_specs(key: dg.AssetKey) -> list[dg.AssetCheckSpec]:
    """The checks of a source: that it was read, and that its rows are what they should be."""
    return [
        dg.AssetCheckSpec(
            name=READ,
            asset=key,
            description="Whether it could be read; if not, its earlier rows stay and count",
        ),
        dg.AssetCheckSpec(
            name=RULES,
            asset=key,
            description=f"At most {MOST_SET_ASIDE:.0%} of its rows break a rule and are set aside",
            blocking=True,
        ),
    ]


def source_results(
    key: dg.AssetKey, row_count: int, set_aside: int, *, is_read: bool
) -> list[dg.AssetCheckResult]:
    """The outcome of `source_specs`; `row_count` is of all its stored rows."""
    return [
        dg.AssetCheckResult(
            check_name=READ,
            asset_key=key,
            passed=is_read,
            severity=dg.AssetCheckSeverity.WARN,
        ),
        dg.AssetCheckResult(
            check_name=RULES,
            asset_key=key,
            passed=set_aside <= MOST_SET_ASIDE * (row_count + set_aside),
            metadata={"rows": row_count, "set aside": set_aside},
        ),
    ]


def metadata(table: Table) -> dict[str, dg.TableSchema]:
    """Columns with type, meaning and unit, for Dagster's page of the table."""
    columns = [
        dg.TableColumn(
            name=name,
            type=str(column.dtype),
            description=_meaning(column.description, column.metadata),
            constraints=dg.TableColumnConstraints(
                nullable=column.nullable, unique=table.key == [name]
            ),
        )
        for name, column in table.schema.columns().items()
    ]
    return {"dagster/column_schema": dg.TableSchema(columns=columns)}


def _meaning(description: str | None, metadata: Mapping[str, object] | None) -> str:
    unit = (metadata or {}).get("unit", "")
    return f"{description or ''} [{unit}]" if unit else description or ""
