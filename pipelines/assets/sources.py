"""Sources: one asset each, which brings its rows into the raw tables."""

import dagster as dg

from models.sources import AnySource
from pipelines import logs
from pipelines.assets.guarded import OWNERS, Made, guarded
from pipelines.checks import source_results, source_specs
from pipelines.night import Night
from pipelines.sync import sync

GROUP = "sources"


def source_key(name: str) -> dg.AssetKey:
    """The key of the asset of a source; names of assets have no hyphen."""
    return dg.AssetKey([GROUP, name.replace("-", "_")])


def source_asset(source: AnySource) -> dg.AssetsDefinition:
    """The asset that reads one source; one that cannot be read leaves its earlier rows."""
    key = source_key(source.name)

    @dg.asset(
        key=key,
        group_name=GROUP,
        owners=OWNERS,
        kinds={source.kind, "deltalake"},
        description=f"What is new in the source {source.name} ({source.kind}); no texts are kept",
        check_specs=source_specs(key),
    )
    def read(night: dg.ResourceParam[Night]) -> Made:
        with guarded(night.heard, f"{GROUP}/{source.name}"):
            found = sync(night, source)
        if found.error is not None:  # written by a connector: host and remedy, no row of anybody
            logs.logger().warning("source not read", source=source.name, reason=found.error)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": found.stored_count,
                "problems": len(found.problems),
                **{f"new rows in {table}": count for table, count in found.row_counts.items()},
            },
            check_results=source_results(
                key, found.stored_count, found.set_aside, is_read=found.error is None
            ),
        )

    return read
