"""What signs read: the acts, requests and steps of a company, with its register."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from models.authority.register import holders_on_record
from models.org.chains import chain_scopes
from models.org.intervals import holds
from models.settled import settled


@dataclass(frozen=True)
class Company:
    """Frames as declared, by the name of their table; acts and requests without objectors.

    `register_weeks` grades the register by team and week; `weeks` are those to be computed, and
    what happened before `until` is there.
    """

    acts: pl.LazyFrame
    requests: pl.LazyFrame
    finished_steps: pl.LazyFrame
    ticket_events: pl.LazyFrame
    code_review_events: pl.LazyFrame
    meetings: pl.LazyFrame
    attendances: pl.LazyFrame
    meeting_weeks: pl.LazyFrame
    register_weeks: pl.LazyFrame
    team_weeks: pl.LazyFrame
    identities: pl.LazyFrame
    people: pl.LazyFrame
    teams: pl.LazyFrame
    reporting_lines: pl.LazyFrame
    mandates: pl.LazyFrame
    rotas: pl.LazyFrame
    scopes: pl.LazyFrame
    absences: pl.LazyFrame
    windows: pl.LazyFrame
    holiday_dates: pl.LazyFrame
    company_zone: str
    weeks: list[date]
    until: datetime

    @property
    def last_day(self) -> date:
        """The last day, in the zone of the company, of which there is data."""
        last = self.until - timedelta(microseconds=1)
        return last.astimezone(ZoneInfo(self.company_zone)).date()

    def in_scopes(self, rows: pl.LazyFrame, at: str) -> pl.LazyFrame:
        """As the function of that name, by this company's scopes and teams."""
        return in_scopes(rows, at, self.scopes, self.teams)

    def holders(self, rows: pl.LazyFrame, at: str, kind: str | None = None) -> pl.LazyFrame:
        """The rows once for each holder, `holder_id`, of a scope of their chain at a moment.

        By the records that stand, in person, by team or by turn; with `kind` only mandates that
        cover that kind of act. A deputy stands in and holds nothing.
        """
        kinds = pl.col("act_kinds")
        covers = (kinds == "") | kinds.str.split(";").list.contains(kind or "")
        standing = self.mandates.filter(pl.col("superseded_at").is_null())
        held = (
            holders_on_record(standing, self.rotas, self.people)
            .filter(pl.lit(kind is None) | covers)
            .select(
                "valid_from",
                "valid_to",
                in_type="scope_type",
                in_id="scope_id",
                holder_id="person_id",
            )
        )
        columns = rows.collect_schema().names()
        return (
            self.in_scopes(rows, at)
            .join(held, on=["in_type", "in_id"])
            .filter(holds(at))
            .select(*columns, "holder_id")
            .unique()
        )


def in_scopes(
    rows: pl.LazyFrame, at: str, scopes: pl.LazyFrame, teams: pl.LazyFrame
) -> pl.LazyFrame:
    """The rows once for each scope they lie in at the moment `at`, at any height.

    Adds `in_type` and `in_id`; reads scope_chain.
    """
    known = settled(rows)
    places = chain_scopes(known.select("scope_chain").unique(), scopes, teams)
    columns = known.collect_schema().names()
    return (
        known.join(
            places.select(
                "scope_chain",
                in_type="scope_type",
                in_id="scope_id",
                in_from="valid_from",
                in_to="valid_to",
            ),
            on="scope_chain",
        )
        .filter(holds(at, "in_from", "in_to"))
        .select(*columns, "in_type", "in_id")
        .unique()
    )


def without_objectors(
    rows: pl.LazyFrame, objections: pl.LazyFrame, person: str, at: str
) -> pl.LazyFrame:
    """The rows that are not of somebody who had objected by then (METHOD 11.1, G5)."""
    since = objections.group_by(pl.col("person_id").alias(person)).agg(
        objected_at=pl.col("valid_from").min()
    )
    later = (pl.col(at) >= pl.col("objected_at")).fill_null(value=False)
    return rows.join(since, on=person, how="left").filter(~later).drop("objected_at")
