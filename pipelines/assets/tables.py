"""Assets that fill one table each: the steps of the register, the acts and the measures."""

from collections.abc import Iterable

import dagster as dg

from models.tables import Table
from pipelines.assets.guarded import OWNERS, Made, guarded
from pipelines.calendars import Calendars
from pipelines.checks import asset_key, metadata, rules_result, rules_spec
from pipelines.compute import compute
from pipelines.night import Night
from warehouse.refresh import Step


def text(table: Table) -> str:
    """What Dagster's page of a table says first."""
    return f"{table.comment}. One row is {table.grain}."


def step_asset(step: Step, group: str, sources: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset of one step; it comes after the tables that it reads, or what fills them."""
    table = step.table
    reads = {key for each in step.inputs for key in _filled_by(each, sources)}

    @dg.asset(
        key=asset_key(table),
        deps=sorted(reads),
        group_name=group,
        owners=OWNERS,
        kinds={"polars", "deltalake"},
        description=text(table),
        metadata=metadata(table),
        check_specs=[rules_spec(table)],
    )
    def fill(night: dg.ResourceParam[Night], calendars: dg.ResourceParam[Calendars]) -> Made:
        with guarded(night.heard, table.name):
            done = compute(night, step, calendars)
        changed = {} if done.changed_weeks is None else {"weeks changed": done.changed_weeks}
        return dg.MaterializeResult(
            metadata={"dagster/row_count": done.row_count, "weeks computed": done.weeks, **changed},
            check_results=[rules_result(table, done.row_count, done.broken)],
        )

    return fill


def _filled_by(table: Table, sources: Iterable[dg.AssetKey]) -> Iterable[dg.AssetKey]:
    return sources if table.layer == "raw" else [asset_key(table)]
