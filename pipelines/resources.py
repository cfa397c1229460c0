"""What Dagster hands to the assets: the night they work on."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import dagster as dg

from models.settings import Settings
from pipelines.calendars import Calendars
from pipelines.errors import UsageError
from pipelines.night import Heard, Night, open_night


@dg.resource(required_resource_keys={"night"}, description="What steps need besides tables")
def calendars_resource(context: dg.InitResourceContext) -> Calendars:
    """Zones, working patterns and holidays of the people, made once a run."""
    return Calendars(context.resources.night)


Held = Settings | str  # the settings, or why there are none


def night_resource(held: Held, heard: Heard) -> dg.ResourceDefinition:
    """A night on these settings. Its configuration holds dates only, never a path or a name."""

    @dg.resource(
        config_schema={
            "until": dg.Field(
                str, default_value="", description="Acts before that date 00:00; empty: today's"
            ),
            "full": dg.Field(
                bool, default_value=False, description="Read and compute everything anew"
            ),
        },
        description="Settings, lake and the moment until which acts count",
    )
    def night(context: dg.InitResourceContext) -> Iterator[Night]:
        if isinstance(held, str):
            raise UsageError(held)
        until = context.resource_config["until"]
        yield open_night(
            held,
            until=date.fromisoformat(until) if until else None,
            now=datetime.now(UTC),
            run_id=context.run_id or "",
            is_full=context.resource_config["full"],
            heard=heard,
        )

    return night
