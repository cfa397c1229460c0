"""Reported: the pages of the week, from the published file only."""

import dagster as dg

from pipelines.assets.guarded import OWNERS, Made, guarded
from pipelines.assets.published import FILES
from pipelines.night import Night
from pipelines.reporting import manager_pages, people_pages

GROUP = "reported"
PEOPLE = dg.AssetKey([GROUP, "people_pages"])
MANAGERS = dg.AssetKey([GROUP, "manager_pages"])


def reported_assets() -> list[dg.AssetsDefinition]:
    """People's own pages, then those of managers and of everyone."""

    @dg.asset(
        key=PEOPLE,
        deps=[FILES],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"html"},
        description="Everybody's own page of the last week; from then on their preview runs",
    )
    def people(night: dg.ResourceParam[Night]) -> Made:
        with guarded(night.heard, "/".join(PEOPLE.path)):
            count = people_pages(night)
        return dg.MaterializeResult(metadata={"pages": count})

    @dg.asset(
        key=MANAGERS,
        deps=[FILES, PEOPLE],
        group_name=GROUP,
        owners=OWNERS,
        kinds={"html"},
        description=(
            "Pages of line managers and of everyone. They name people once these have had their "
            "own pages for `preview_working_days`."
        ),
    )
    def managers(night: dg.ResourceParam[Night]) -> Made:
        with guarded(night.heard, "/".join(MANAGERS.path)):
            count = manager_pages(night)
        return dg.MaterializeResult(metadata={"files": count})

    return [people, managers]
