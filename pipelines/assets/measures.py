"""Measures: what the work costs, who carries it, what that shows, and what was read to know it."""

from collections.abc import Sequence

import dagster as dg

from models.tables import metrics
from pipelines.assets.guarded import OWNERS, Made, guarded
from pipelines.assets.tables import step_asset, text
from pipelines.checks import asset_key, metadata, rules_result, rules_spec
from pipelines.compute import broken
from pipelines.coverage import incomplete, write_coverage
from pipelines.night import Night
from pipelines.register import TABLES
from pipelines.steps import MEASURES, SIGNS

GROUP = "measures"
COVERAGE = asset_key(metrics.COVERAGE)


def measure_assets(sources: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The coverage, and one asset a table of measures, signs and moves."""
    steps = [*MEASURES, *SIGNS]
    return [_coverage(sources), *(step_asset(step, GROUP, sources) for step in steps)]


def _coverage(sources: Sequence[dg.AssetKey]) -> dg.AssetsDefinition:
    table = metrics.COVERAGE

    @dg.asset(
        key=COVERAGE,
        deps=[*sources, *(asset_key(each) for each in TABLES)],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"polars", "deltalake"},
        description=text(table),
        metadata=metadata(table),
        check_specs=[rules_spec(table)],
    )
    def fill(night: dg.ResourceParam[Night]) -> Made:
        with guarded(night.heard, table.name):
            rows = write_coverage(night)
            faults = broken(night.lake, table)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": rows.height,
                "sources not complete": len(incomplete(rows)),
            },
            check_results=[rules_result(table, rows.height, faults)],
        )

    return fill
