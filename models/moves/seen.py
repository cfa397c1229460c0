"""What moves read: the findings that call for them, and the traces behind those."""

from dataclasses import dataclass

import polars as pl

from models.settled import settled
from models.signs.company import in_scopes

# What tells one occasion of a move from another, and what all moves say of it.
OCCASION = ["team_id", "scope_type", "scope_id", "week"]


@dataclass(frozen=True)
class Seen:
    """Findings that hold, acts with their minutes, and who was asked to which meeting."""

    findings: pl.LazyFrame
    acts: pl.LazyFrame
    attendances: pl.LazyFrame
    identities: pl.LazyFrame
    scopes: pl.LazyFrame
    teams: pl.LazyFrame
    company_zone: str

    def of(self, *codes: str) -> pl.LazyFrame:
        """The findings of these codes."""
        return self.findings.filter(pl.col("code").is_in(codes))

    def counted_acts(self) -> pl.LazyFrame:
        """Acts that an S4 finding counts, each with the finding's columns and its own."""
        listed = (
            self.of("S4")
            .explode("evidence")
            .filter(pl.col("evidence").str.starts_with("act:"))
            .with_columns(act_id=pl.col("evidence").str.strip_prefix("act:"))
            .select("finding_id", "act_id")
        )
        acts = self.acts.select("act_id", "actor_id", "object_id", "authority_class")
        return settled(listed.join(acts, on="act_id"))

    def in_window(
        self, acts: pl.LazyFrame, findings: pl.LazyFrame, join: list[str]
    ) -> pl.LazyFrame:
        """Acts, by the columns of `join`, within the days of each finding in the company's zone."""
        on = pl.col("happened_at").dt.convert_time_zone(self.company_zone).dt.date()
        return findings.join(acts.with_columns(on=on), on=join).filter(
            pl.col("on").is_between("window_start", "window_end")
        )

    def in_scopes(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """The rows once for each scope they lie in when they happened, in_type and in_id."""
        return in_scopes(rows, "happened_at", self.scopes, self.teams)
