"""What Dagster knows about runs: in DAGSTER_HOME where it is set, else nothing that lasts."""

import os
from collections.abc import Sequence

from dagster import AssetKey, DagsterInstance
from dagster._core.events.log import EventLogEntry
from dagster._core.instance import InstanceType
from dagster._core.launcher.sync_in_memory_run_launcher import SyncInMemoryRunLauncher
from dagster._core.run_coordinator import DefaultRunCoordinator
from dagster._core.storage.event_log import AssetRecord, InMemoryEventLogStorage
from dagster._core.storage.noop_compute_log_manager import NoOpComputeLogManager
from dagster._core.storage.root import TemporaryLocalArtifactStorage
from dagster._core.storage.runs import InMemoryRunStorage

# As dagster.yaml at the root: nothing is reported.
SETTINGS = {"telemetry": {"enabled": False}, "nux": {"enabled": False}}


class Unkept(InMemoryEventLogStorage):
    """Forgets what happens in a run, as its result has all of it and nobody asks later.

    Writing each event into a database, and looking up there what each step reads, took a tenth of
    a night in which nothing was new.
    """

    def store_event(self, event: EventLogEntry) -> None:
        """Nothing: the result of the run has the event."""

    def get_asset_records(self, asset_keys: Sequence[AssetKey] | None = None) -> list[AssetRecord]:
        """None, as nothing was kept."""
        return []

    @property
    def asset_records_have_last_observation(self) -> bool:
        """True, so that nobody looks elsewhere for what the records do not have."""
        return True


def open_instance() -> DagsterInstance:
    """The instance of a run.

    Dagster's files cost some 5 CPU-seconds a run, for pages that only its web server shows; who
    runs that has DAGSTER_HOME. The ledger has every run in any case.
    """
    if os.environ.get("DAGSTER_HOME"):
        return DagsterInstance.get()
    return DagsterInstance(
        instance_type=InstanceType.EPHEMERAL,
        local_artifact_storage=TemporaryLocalArtifactStorage(),  # type: ignore[no-untyped-call]
        run_storage=InMemoryRunStorage(),
        event_storage=Unkept(),
        compute_log_manager=NoOpComputeLogManager(),
        run_coordinator=DefaultRunCoordinator(),
        run_launcher=SyncInMemoryRunLauncher(),
        settings=SETTINGS,
    )
