"""Org: the register, written whole by one asset of many tables, and the areas of commits."""

from collections.abc import Iterable, Sequence

import dagster as dg

from pipelines.assets.guarded import OWNERS, Made, guarded
from pipelines.assets.tables import step_asset, text
from pipelines.checks import asset_key, metadata, register_result, register_spec
from pipelines.compute import broken
from pipelines.night import Night
from pipelines.register import TABLES, register
from pipelines.steps import SCOPES

GROUP = "org"


def org_assets(sources: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The register and the areas of commits."""
    return [_register(sources), *(step_asset(step, GROUP, sources) for step in SCOPES)]


def _register(sources: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name="register",
        specs=[
            dg.AssetSpec(
                key=asset_key(table),
                deps=sources,
                group_name=GROUP,
                owners=OWNERS,
                kinds={"polars", "deltalake"},
                description=text(table),
                metadata=metadata(table),
            )
            for table in TABLES
        ],
        check_specs=[register_spec(TABLES)],
    )
    def fill(night: dg.ResourceParam[Night]) -> Iterable[Made]:
        with guarded(night.heard, GROUP):
            counts = register(night).row_counts
            faults = {table.name: broken(night.lake, table, night.last) for table in TABLES}
        for table in TABLES:
            is_first = table == TABLES[0]
            yield dg.MaterializeResult(
                asset_key=asset_key(table),
                metadata={"dagster/row_count": counts[table.name]},
                check_results=[register_result(TABLES, faults)] if is_first else [],
            )

    return fill
