"""Acts: who led whom, when, and under which authority."""

from collections.abc import Sequence

import dagster as dg

from models.tables import acts
from pipelines.assets.guarded import OWNERS
from pipelines.assets.tables import step_asset, text
from pipelines.checks import asset_key, metadata
from pipelines.steps import ACTS, STEPS

GROUP = "acts"


def act_assets(sources: Sequence[dg.AssetKey]) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """One asset a kind of act, then the people led, the traces, and the judged acts."""
    return [*(step_asset(step, GROUP, sources) for step in ACTS), *_unfilled()]


def _unfilled() -> list[dg.AssetSpec]:
    """Tables that are read and that no source fills yet."""
    filled = {step.table for step in STEPS}
    return [
        dg.AssetSpec(
            key=asset_key(table),
            group_name=GROUP,
            owners=OWNERS,
            description=f"{text(table)} No source fills it yet.",
            metadata=metadata(table),
        )
        for table in acts.ACTS
        if table not in filled
    ]
