"""Keyed digests that stand for accounts and persons, and what the ops store may hold.

What a column may show is declared on it (`models.tables.columns`, `ops`). Which teams may have
figures is in `models.groups`, what an objection takes away in `models.objections`.
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import polars as pl

from models.groups import WHOLE, contributors
from models.tables import columns as c
from models.tables import mart
from models.tables.table import Table

Detail = Literal["teams", "pseudonyms", "named"]

PERSON_TABLES = ("mart.acts", "mart.person_weeks", "mart.people", "mart.requests")
# Who holds a scope is known: a pseudonym beside it would be a name, and a figure that person's.
OF_A_HOLDER = ("D3",)
OF_HOLDERS = ("P2",)  # as mart.requests: not where there are no rows of persons
OBJECT_SCOPES = ("person", "meeting_series", "incident")  # ids of persons and objects, not areas
FEWEST_FOR_TOP_SHARE = 8  # METHOD 11.3
DOMINANT_SHARE = 0.85  # METHOD 11.3: from here on the cell is that person
HOURS_STEP, SHARE_STEP = 0.5, 0.05  # METHOD 11.3
STEPS = {"hours": HOURS_STEP, "share": SHARE_STEP, "percent": 100 * SHARE_STEP}


def account_key(key: bytes, source: str, account_id: str) -> str:
    """The key of an account: the first 32 hex digits of HMAC-SHA-256 over source and id.

    Case of the id does not count, as addresses and logins are written in both.

    Source: METHOD 11.1, G10 (128 bits, separated by source).
    """
    text = f"{source}\0{account_id.lower()}".encode("utf-8", "surrogateescape")
    return hmac.new(key, text, hashlib.sha256).hexdigest()[:32]


@dataclass(frozen=True)
class Terms:
    """On what terms the ops store is made.

    `shown` is what `groups.shown_teams` gives; `data_until` the moment up to which acts are in.
    """

    detail: Detail
    key: bytes
    smallest_group: int
    data_until: datetime
    shown: pl.DataFrame

    @property
    def quarter(self) -> date:
        """First day of the quarter of the last published week: that of the people's pseudonyms."""
        last = (self.data_until - timedelta(microseconds=1)).date()
        monday = last - timedelta(days=last.weekday())
        return monday.replace(month=3 * ((monday.month - 1) // 3) + 1, day=1)


def pseudonym(key: bytes, quarter: date, person_id: str) -> str:
    """What stands for a person in the ops store for one quarter: 32 hex digits.

    Source: METHOD 11.1, G10 (HMAC, 128 bits, separated by store).
    """
    return _digest(key, "ops", quarter.isoformat(), person_id)


def in_ops(table: Table, detail: Detail) -> bool:
    """Whether the ops store has this table at all."""
    return table.audience == "ops" and not (detail == "teams" and table.name in PERSON_TABLES)


def shows(table: Table, column: str, detail: Detail) -> c.Ops:
    """What the ops store shows of a column at this detail."""
    declared: c.Ops = (table.schema.columns()[column].metadata or {}).get("ops", "clear")
    if declared == "named":
        return "clear" if detail == "named" else "absent"
    if declared == "pseudonym" and detail != "pseudonyms":
        return "clear" if detail == "named" else "absent"
    return declared


def ops_tables(
    marts: Mapping[str, pl.LazyFrame], terms: Terms, acts: pl.LazyFrame | None = None
) -> dict[str, pl.LazyFrame]:
    """All tables of the ops store, by name, made of those of the restricted store.

    `acts` has all acts (act_id and week) where `marts` has those of some weeks.
    """
    numbers = act_numbers(marts["mart.acts"] if acts is None else acts, terms.key)
    given = {
        **marts,
        "mart.team_weeks": team_figures(
            marts["mart.team_weeks"], marts["mart.person_weeks"], terms.smallest_group
        ),
    }
    return {
        table.name: released(table, given[table.name], terms, numbers)
        for table in mart.MART
        if table.name in given and in_ops(table, terms.detail)
    }


def released(table: Table, rows: pl.LazyFrame, terms: Terms, numbers: pl.LazyFrame) -> pl.LazyFrame:
    """What the ops store may hold of a table, by what is declared of its columns.

    Pseudonyms follow the quarter of the row's week, or of the week in which its window ends, else
    that of the publication. `numbers` are `act_numbers`. Ids of persons, meetings and incidents
    are no areas: null as a scope, and without a row where the scope is the key.
    """
    rows = rows.with_columns(quarter=_quarter(table, terms))
    rows = _shown_scopes(table, _shown_teams(table, rows, terms), terms)
    for column in table.columns:
        rows = _as_shown(table, rows, column, terms, numbers)
    return rows.select(table.columns)


def act_numbers(acts: pl.LazyFrame, key: bytes) -> pl.LazyFrame:
    """act_id and the number that stands for it in the ops store: 2026-W47-12.

    The order inside a week is that of a keyed hash, which follows neither time nor source. Numbers
    hold for one publication.
    """
    seed = int(_digest(key, "order of acts")[:16], 16)
    place = pl.col("act_id").hash(seed).rank("ordinal").over("week")
    return acts.select("act_id", number=_numbered(pl.col("week"), place))


def team_figures(
    team_weeks: pl.LazyFrame, person_weeks: pl.LazyFrame, smallest_group: int
) -> pl.LazyFrame:
    """Figures of teams as METHOD 11.3 lets them out of the restricted store.

    Everybody together is no node of the tree and has no row: less the teams shown it would leave
    the others.
    Weeks in which fewer people than the smallest group were observed have no row. A cell to which
    one person gives more than 85 % is null, the largest share too below eight people; hours are
    rounded to 0.5, shares to 0.05.
    """
    hours = ["hidden_hours", "hidden_hours_low", "hidden_hours_high"]
    shares = ["top_share", "gini_excess", "informal_share"]
    observed = pl.col("observed_count")
    few = (pl.col("people_count") < smallest_group) | (observed < smallest_group)
    is_top_shown = (pl.col("people_count") >= FEWEST_FOR_TOP_SHARE) & (
        observed >= FEWEST_FOR_TOP_SHARE
    )
    return (
        team_weeks.join(contributors(person_weeks), on=["team_id", "week"], how="left")
        .filter(
            pl.col("team_id") != WHOLE,
            ~few.fill_null(value=False),
            pl.col("people_count").is_not_null(),
        )
        .with_columns(top_share=pl.when(is_top_shown).then("top_share"))
        .with_columns(_undominated([*hours, *shares], "hours_share"))
        .with_columns(_undominated(["act_count", *shares], "acts_share"))
        .with_columns(_rounded(pl.col(hours), HOURS_STEP), _rounded(pl.col(shares), SHARE_STEP))
        .select(mart.TEAM_WEEKS.columns)
    )


def _digest(key: bytes, *parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hmac.digest(key, text, "sha256").hex()[:32]


def _quarter(table: Table, terms: Terms) -> pl.Expr:
    if table.week:
        return pl.col(table.week).dt.truncate("1q")
    if table.name == "mart.findings":
        return pl.col("window_end").dt.truncate("1w").dt.truncate("1q")
    return pl.lit(terms.quarter, dtype=pl.Date)


def _shown_teams(table: Table, rows: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """No team of too few people: rows of persons lose its name, its own figures go."""
    if "team_id" not in table.columns or table.name == "mart.teams":
        return rows
    is_figure = pl.lit(not {"actor_id", "person_id"} & set(table.columns))
    if table.name == "mart.findings":
        hidden = OF_A_HOLDER + (OF_HOLDERS if terms.detail == "teams" else ())
        rows = rows.filter(~pl.col("code").is_in(hidden))
        is_figure = pl.col("person_id").is_null()
        rows = rows.filter(is_figure) if terms.detail == "teams" else rows
    team = pl.col("team_id")
    return (
        rows.join(terms.shown.lazy(), on=["quarter", "team_id"], how="left")
        .filter(~is_figure | team.is_null() | pl.col("in_rows").is_not_null())
        .with_columns(team_id=pl.when(is_figure | pl.col("in_rows")).then(team))
        .drop("in_rows")
    )


def _shown_scopes(table: Table, rows: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """No scope that is a person or an object, nor, outside the register, a team of too few."""
    if "scope_id" not in table.columns:
        return rows
    shown = terms.shown.lazy().select("quarter", scope_id="team_id", is_shown=pl.lit(value=True))
    is_team = (pl.col("scope_type") == "team") & (table.name != "mart.mandates")
    is_hidden = pl.col("scope_type").is_in(OBJECT_SCOPES) | (is_team & pl.col("is_shown").is_null())
    rows = rows.join(shown, on=["quarter", "scope_id"], how="left").with_columns(
        is_hidden=is_hidden.fill_null(value=False)
    )
    if table.name == "mart.findings":
        rows = _rounded_findings(
            rows.filter(~pl.col("is_hidden") | pl.col("person_id").is_not_null())
        )
    if "scope_id" in table.key:
        rows = rows.filter(~pl.col("is_hidden"))
    return rows.with_columns(scope_id=pl.when(~pl.col("is_hidden")).then("scope_id"))


def _rounded_findings(findings: pl.LazyFrame) -> pl.LazyFrame:
    """Findings about no person in the steps of team figures."""
    step = pl.col("unit").replace_strict(STEPS, default=None, return_dtype=pl.Float64)
    values = pl.col("value", "value_low", "value_high")
    is_figure = pl.col("person_id").is_null() & step.is_not_null()
    return findings.with_columns(
        pl.when(is_figure).then((values / step).round() * step).otherwise(values)
    )


def _as_shown(
    table: Table, rows: pl.LazyFrame, column: str, terms: Terms, numbers: pl.LazyFrame
) -> pl.LazyFrame:
    match shows(table, column, terms.detail):
        case "absent":
            kind = table.schema.columns()[column].dtype
            return rows.with_columns(pl.lit(None, dtype=kind).alias(column))
        case "week":
            return rows.with_columns(_week_start(table, column).alias(column))
        case "pseudonym":
            return _with_pseudonyms(rows, column, terms.key)
        case "renumbered" if column == "request_id":
            return rows.with_columns(request_id=_request_number(terms.key))
        case "renumbered":
            known = numbers.rename({"act_id": column})
            joined = rows.join(known, on=column, how="left")
            return joined.with_columns(pl.col("number").alias(column)).drop("number")
        case _:
            return rows


def _request_number(key: bytes) -> pl.Expr:
    week = pl.col("asked_at").dt.truncate("1w").dt.date()
    seed = int(_digest(key, "order of requests")[:16], 16)
    return _numbered(week, pl.col("request_id").hash(seed).rank("ordinal").over(week))


def _week_start(table: Table, column: str) -> pl.Expr:
    if table.week:
        return pl.col(table.week).cast(c.MOMENT)
    return pl.col(column).dt.truncate("1w")


def _with_pseudonyms(rows: pl.LazyFrame, column: str, key: bytes) -> pl.LazyFrame:
    """The rows with pseudonyms instead of ids; each is computed once a person and quarter."""
    names = rows.select("quarter", column).drop_nulls().unique()
    known = names.with_columns(
        pseudonym=pl.struct("quarter", column).map_batches(
            lambda pairs: pl.Series(
                [pseudonym(key, pair["quarter"], pair[column]) for pair in pairs], dtype=pl.String
            ),
            return_dtype=pl.String,
        )
    )
    joined = rows.join(known, on=["quarter", column], how="left")
    return joined.with_columns(pl.col("pseudonym").alias(column)).drop("pseudonym")


def _numbered(week: pl.Expr, place: pl.Expr) -> pl.Expr:
    return pl.format("{}-{}", week.dt.strftime("%G-W%V"), place)


def _undominated(columns: list[str], share: str) -> pl.Expr:
    is_shared = (pl.col(share) <= DOMINANT_SHARE).fill_null(value=True)
    return pl.when(is_shared).then(pl.col(columns))


def _rounded(values: pl.Expr, step: float) -> pl.Expr:
    return (values / step).round() * step
