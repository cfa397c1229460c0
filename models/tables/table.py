"""What is declared of a table besides its columns."""

from dataclasses import dataclass
from typing import Literal

import dataframely as dy

LAYERS = ("raw", "org", "acts", "authority", "metrics", "signs", "moves", "mart")

Audience = Literal["internal", "ops", "restricted"]


@dataclass(frozen=True)
class Table:
    """One declared table.

    `name` is `layer.table`; `grain` completes "one row is ..."; `week` names the column of
    its week (None: a small table, written whole). A row of week `w` may depend on rows of its
    inputs from `w - weeks_back` to `w + weeks_ahead`. `audience` is who may open it: internal
    tables stay in the lake, restricted ones reach the restricted store only, ops ones both.
    `interval` names the two columns between which a changed row touches every week.
    """

    name: str
    schema: type[dy.Schema]
    grain: str
    comment: str
    week: str | None = None
    weeks_back: int = 0
    weeks_ahead: int = 0
    audience: Audience = "internal"
    interval: tuple[str, str] | None = None

    @property
    def layer(self) -> str:
        """The part of the name before the dot."""
        return self.name.partition(".")[0]

    @property
    def partition(self) -> str | None:
        """The column by which it is stored apart: the week of events.

        Measures are few rows a week: a file for each week of ten years costs more to write and to
        open than the rows.
        """
        return self.week if self.week == "utc_week" else None

    @property
    def key(self) -> list[str]:
        """The columns that identify a row."""
        return self.schema.primary_key()

    @property
    def columns(self) -> list[str]:
        """All columns, in order."""
        return self.schema.column_names()
