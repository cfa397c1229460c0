"""Published: the two files for readers, made when all checks of the tables passed."""

from collections.abc import Sequence

import dagster as dg

from pipelines.assets.guarded import OWNERS, Made, guarded
from pipelines.night import Night
from pipelines.publishing import publish_lake, purge

GROUP = "published"
FILES = dg.AssetKey([GROUP, "files"])
RETENTION = dg.AssetKey([GROUP, "retention"])


def published_assets(filled: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The files, which come after all of `filled`, and the purge after them."""

    @dg.asset(
        key=FILES,
        deps=filled,
        group_name=GROUP,
        owners=OWNERS,
        kinds={"duckdb"},
        description=(
            "`ops.duckdb` and `restricted.duckdb`, each replaced whole. A check of any table that "
            "fails, or one of the built files, leaves the earlier files."
        ),
    )
    def files(night: dg.ResourceParam[Night]) -> Made:
        with guarded(night.heard, "/".join(FILES.path)):
            done = publish_lake(night)
        counts = done.row_counts
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(counts["ops"].values()),
                **{
                    f"{store} {name}": rows
                    for store in counts
                    for name, rows in counts[store].items()
                },
            }
        )

    @dg.asset(
        key=RETENTION,
        deps=[FILES],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"deltalake"},
        description="Removes rows that retention keeps no longer, and the bytes of replaced ones",
    )
    def retention(night: dg.ResourceParam[Night]) -> Made:
        with guarded(night.heard, "/".join(RETENTION.path)):
            removed = purge(night)
        return dg.MaterializeResult(metadata={"rows removed": removed})

    return [files, retention]
