"""What is published, chosen from the tables between the layers: columns and rows, no measures."""

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from models.tables import mart
from models.tables.table import Table

MADE_AT_PUBLICATION = (mart.ABOUT, mart.DICTIONARY, mart.EXAMPLES)

SOURCES: dict[str, str] = {
    "mart.acts": "metrics.acts",
    "mart.act_targets": "acts.act_targets",
    "mart.person_weeks": "metrics.person_weeks",
    "mart.team_weeks": "metrics.team_weeks",
    "mart.findings": "signs.findings",
    "mart.finding_evidence": "signs.finding_evidence",
    "mart.requests": "metrics.requests",
    "mart.skipped_steps": "acts.finished_steps",
    "mart.moves": "moves.moves",
    "mart.owner_drafts": "moves.owner_drafts",
    "mart.areas": "metrics.areas",
    "mart.area_owners": "metrics.area_owners",
    "mart.lead_ties": "metrics.lead_ties",
    "mart.people": "org.people",
    "mart.teams": "org.teams",
    "mart.reporting_lines": "org.reporting_lines",
    "mart.mandates": "org.mandates",
    "mart.coverage": "metrics.coverage",
}

# Sums over the weeks before run on into a week that has begun in the east alone, without a day of
# data in it; as its last week it would stand for what is so today.
TRAILING = (mart.AREAS, mart.AREA_OWNERS, mart.LEAD_TIES)


def marts(tables: Mapping[str, pl.LazyFrame], data_until: datetime) -> dict[str, pl.LazyFrame]:
    """The tables of the restricted store, by name, from the lake's tables by theirs.

    People stand with their last data before `data_until`, which is also where the weeks of areas
    and ties end; lines and mandates by the records that stand.

    Raises:
        KeyError: a table is missing that is computed; compute it first.
    """
    return {
        table.name: _chosen(table, tables, data_until)
        for table in mart.MART
        if table not in MADE_AT_PUBLICATION
    }


def _chosen(table: Table, tables: Mapping[str, pl.LazyFrame], data_until: datetime) -> pl.LazyFrame:
    rows = tables[SOURCES[table.name]]
    if table is mart.SKIPPED_STEPS:
        rows = rows.filter("is_skipped").with_columns(skipped_at="reached_at")
    if table is mart.PEOPLE:
        known = rows.filter(pl.col("valid_from") < data_until)
        rows = known.sort("valid_from").unique("person_id", keep="last", maintain_order=True)
    if table in (mart.REPORTING_LINES, mart.MANDATES):
        rows = rows.filter(pl.col("superseded_at").is_null())
    if table in TRAILING:
        begun = pl.col("week").cast(pl.Datetime("us")).dt.replace_time_zone("UTC") < data_until
        rows = rows.filter(begun)
    return rows.select(table.columns)
