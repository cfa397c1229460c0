"""How a step fails in Dagster's storage: by its kind; the message of an error may quote a row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import dagster as dg

from pipelines import logs
from pipelines.night import Heard

OWNERS = ["team:people-ops"]


# Dagster looks for the bare class, and takes any other annotation for a value to be stored.
if TYPE_CHECKING:
    Made = dg.MaterializeResult[None]
else:
    Made = dg.MaterializeResult


class StepError(Exception):
    """A step that failed; the message names the step and the kind of error."""


@contextmanager
def guarded(heard: Heard, step: str) -> Iterator[None]:
    """Tells who listens that a step ended; of an error only kind and places are kept."""
    failure: Exception | None = None
    try:
        yield
    except Exception as error:  # noqa: BLE001 - every error, since any may quote a row
        failure = error
    heard(step, failure)
    if failure is None:
        return
    logs.logger().error("step failed", step=step, error=failure)
    # From None: Dagster would store the first error with the second.
    raise StepError(f"{step}: {type(failure).__name__}; {logs.NAME} says where") from None
