"""What Dagster hands to the assets: the night they work on, and its calendars."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import dagster as dg

from models.settings import Settings
from pipelines.assets.guarded import guarded
from pipelines.calendars import Calendars
from pipelines.errors import UsageError
from pipelines.night import Heard, Night, ledger_of, open_night
from pipelines.schedules import NIGHTLY
from warehouse.ledger import Status

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
        with guarded(heard, "settings"):
            opened = _opened(held, context, heard)
        if context.run is None or context.run.job_name != NIGHTLY:
            yield opened
            return
        with _recorded(opened, heard):
            yield opened

    return night


def _opened(held: Held, context: dg.InitResourceContext, heard: Heard) -> Night:
    if isinstance(held, str):
        raise UsageError(held)
    until = context.resource_config["until"]
    return open_night(
        held,
        until=date.fromisoformat(until) if until else None,
        now=datetime.now(UTC),
        run_id=context.run.run_id if context.run is not None else "",
        is_full=context.resource_config["full"],
        heard=heard,
    )


@dg.resource(required_resource_keys={"night"}, description="What steps need besides tables")
def calendars_resource(context: dg.InitResourceContext) -> Calendars:
    """Zones, working patterns and holidays of the people, made once a run."""
    return Calendars(context.resources.night)


@contextmanager
def _recorded(night: Night, heard: Heard) -> Iterator[None]:
    """Writes into the ledger that the night began, and how it ended."""
    with guarded(heard, "ledger"), ledger_of(night.settings) as ledger:
        ledger.run_started(night.run_id, night.now, night.until)
    try:
        yield
    finally:
        status: Status = ("incomplete" if night.unread else "done") if night.published else "failed"
        with guarded(heard, "ledger"), ledger_of(night.settings) as ledger:
            ledger.run_ended(night.run_id, datetime.now(UTC), status)
