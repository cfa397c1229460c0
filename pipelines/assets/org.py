"""Org: the register, written whole by one asset of many tables, and the areas of commits."""

from collections.abc import Iterable, Sequence

import dagster as dg

from pipelines.assets.guarded import OWNERS, Made, guarded
from pipelines.assets.tables import step_asset, text
from pipelines.checks import asset_key, metadata, rules_result, rules_spec
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
        check_specs=[rules_spec(table) for table in TABLES],
    )
    def fill(night: dg.ResourceParam[Night]) -> Iterable[Made]:
        with guarded(night, GROUP):
            counts = register(night).row_counts
            faults = {table: broken(night.lake, table) for table in TABLES}
        for table in TABLES:
            rows = counts[table.name]
            yield dg.MaterializeResult(
                asset_key=asset_key(table),
                metadata={"dagster/row_count": rows},
                check_results=[rules_result(table, rows, faults[table])],
            )

    return fill
