"""The whole graph, its jobs and schedules, for Dagster and for `dottedline run` alike."""

import os
from pathlib import Path

import dagster as dg

from models.settings import Settings
from pipelines import schedules, settings_file
from pipelines.assets.acts import act_assets
from pipelines.assets.measures import measure_assets
from pipelines.assets.org import org_assets
from pipelines.assets.published import published_assets
from pipelines.assets.reported import MANAGERS, PEOPLE, reported_assets
from pipelines.assets.sources import source_asset
from pipelines.night import Heard
from pipelines.resources import Held, calendars_resource, night_resource
from pipelines.sensors import sensors
from pipelines.settings_file import SettingsError

CONFIG = "DOTTEDLINE_CONFIG"  # names the settings file to Dagster's own processes


def build(held: Held, heard: Heard = lambda _step, _error: None) -> dg.Definitions:
    """Everything on these settings; without them, or with faults, a graph without sources."""
    settings = None if isinstance(held, str) else held
    sources = [source_asset(source) for source in settings.sources] if settings else []
    keys = [key for asset in sources for key in asset.keys]
    filled = [*org_assets(keys), *act_assets(keys), *measure_assets(keys)]
    made = [key for asset in filled if isinstance(asset, dg.AssetsDefinition) for key in asset.keys]
    return dg.Definitions(
        assets=[*sources, *filled, *published_assets([*keys, *made]), *reported_assets()],
        jobs=[
            dg.define_asset_job(
                schedules.NIGHTLY,
                description=_said(held, "Sync, compute, check, publish, report"),
            ),
            dg.define_asset_job(
                schedules.PEOPLE, [PEOPLE], description="People's own pages of the last week"
            ),
            dg.define_asset_job(
                schedules.MANAGERS, [MANAGERS], description="Managers' pages, preview over"
            ),
        ],
        schedules=schedules.schedules(settings),
        sensors=sensors(settings),
        resources={
            "night": night_resource(held, heard),
            "calendars": calendars_resource,
            "io_manager": dg.mem_io_manager,  # assets hand nothing on but through the lake
        },
        executor=dg.in_process_executor,
    )


def _said(held: Held, text: str) -> str:
    if isinstance(held, str):
        return f"Without settings nothing runs:\n\n{held}"
    return text


def _held() -> Settings | str:
    named = os.environ.get(CONFIG)
    try:
        return settings_file.load(Path(named) if named else None, Path.cwd(), os.environ)
    except SettingsError as error:
        return str(error)


@dg.definitions
def defs() -> dg.Definitions:
    """The graph on the settings of DOTTEDLINE_CONFIG, else of the current folder or above."""
    return build(_held())
