"""Who holds what, dated: persons, teams, rotas and deputies brought to one shape.

A register is a plain set of frames. `known_from` and `known_to` say from when until when a record
was known; `as_now` and `as_known` set them, so the rules are written once for both.
"""

from dataclasses import dataclass, replace

import polars as pl

from models.org.intervals import holds, intersected

LATE_DAYS = 14  # METHOD 2.2: how long a record may come after the act
MOMENT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Register:
    """All that the rules ask of the formal side, each frame with known_from and known_to.

    holdings: person_id, act_kinds, via_kinds, scope_type, scope_id, valid_from, valid_to,
    confirmed_at, is_self_confirming, recorded_at. lines: person_id, manager_id, is_deputy,
    line_type, valid_from, valid_to, recorded_at. delegations, agreements: as declared.
    no_owner, absences, people, requests, traces, windows: as declared, always known.
    work_stretches: when each person works (models.working_time).
    """

    holdings: pl.LazyFrame
    lines: pl.LazyFrame
    delegations: pl.LazyFrame
    agreements: pl.LazyFrame
    no_owner: pl.LazyFrame
    absences: pl.LazyFrame
    people: pl.LazyFrame
    requests: pl.LazyFrame
    traces: pl.LazyFrame
    windows: pl.LazyFrame
    work_stretches: pl.LazyFrame


DATED = ("holdings", "lines", "delegations", "agreements")


def as_now(register: Register) -> Register:
    """The register by all records that stand today."""
    return replace(
        register,
        **{
            name: getattr(register, name)
            .filter(pl.col("superseded_at").is_null())
            .with_columns(
                known_from=pl.lit(None, dtype=MOMENT), known_to=pl.lit(None, dtype=MOMENT)
            )
            for name in DATED
        },
    )


def as_known(register: Register) -> Register:
    """The register as it was known, record by record."""
    return replace(
        register,
        **{
            name: getattr(register, name).with_columns(
                known_from="recorded_at", known_to="superseded_at"
            )
            for name in DATED
        },
    )


def in_force() -> pl.Expr:
    """Whether a record holds at `happened_at` and is known 14 days after."""
    by_then = pl.col("happened_at") + pl.duration(days=LATE_DAYS)
    return holds("happened_at") & holds(by_then, "known_from", "known_to")


def covers_kind() -> pl.Expr:
    """Whether a list of kinds (empty: all) holds `kind`; reads act_kinds and via_kinds."""

    def listed(column: str) -> pl.Expr:
        inside = pl.concat_str(pl.lit(";"), pl.col(column), pl.lit(";"))
        return (pl.col(column) == "") | inside.str.contains(
            pl.concat_str(pl.lit(";"), pl.col("kind"), pl.lit(";")), literal=True
        )

    return listed("act_kinds") & listed("via_kinds")


def holdings(mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """What each person holds: directly, by team, by rota, or as deputy of a holder."""
    records = mandates.filter(pl.col("mandate_kind") != "deputy").with_columns(
        scope_id=pl.when(pl.col("scope_type") == "company").then(pl.lit("")).otherwise("scope_id"),
        via_kinds=pl.lit(""),
        confirmed_at=pl.coalesce(
            pl.col("confirmed_on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            pl.col("recorded_at"),
        ),
    )
    persons = records.filter(pl.col("holder_type") == "person").with_columns(person_id="holder_id")
    members = people.filter(pl.col("team_id").is_not_null()).select(
        "person_id", holder_id="team_id", in_from="valid_from", in_to="valid_to"
    )
    teams = intersected(
        records.filter(pl.col("holder_type") == "team").join(members, on="holder_id"),
        "in_from",
        "in_to",
    )
    turns = rotas.select("mandate_id", "person_id", turn_from="valid_from", turn_to="valid_to")
    rota = intersected(
        records.filter(pl.col("holder_type") == "rota").join(turns, on="mandate_id"),
        "turn_from",
        "turn_to",
    )
    names = [
        "person_id", "act_kinds", "via_kinds", "scope_type", "scope_id", "valid_from", "valid_to",
        "confirmed_at", "is_self_confirming", "recorded_at", "superseded_at",
    ]  # fmt: skip
    held = pl.concat([part.select(names) for part in (persons, teams, rota)])
    return pl.concat([held, _by_deputies(held, deputies(mandates)).select(names)])


def deputies(mandates: pl.LazyFrame) -> pl.LazyFrame:
    """Who is deputy of whom: deputy_id, principal_id, via_kinds and the record's dates."""
    return mandates.filter(
        (pl.col("mandate_kind") == "deputy") & (pl.col("scope_type") == "person")
    ).select(
        deputy_id="holder_id",
        principal_id="scope_id",
        deputy_kinds="act_kinds",
        deputy_from="valid_from",
        deputy_to="valid_to",
        deputy_recorded_at="recorded_at",
        deputy_superseded_at="superseded_at",
    )


def _by_deputies(held: pl.LazyFrame, stand_ins: pl.LazyFrame) -> pl.LazyFrame:
    joined = held.join(stand_ins, left_on="person_id", right_on="principal_id")
    return intersected(
        joined.with_columns(
            person_id="deputy_id",
            via_kinds="deputy_kinds",
            recorded_at=pl.max_horizontal("recorded_at", "deputy_recorded_at"),
            superseded_at=pl.min_horizontal("superseded_at", "deputy_superseded_at"),
        ),
        "deputy_from",
        "deputy_to",
    )


def lines_with_deputies(
    lines: pl.LazyFrame, mandates: pl.LazyFrame, absences: pl.LazyFrame
) -> pl.LazyFrame:
    """Reporting lines at any depth, and the same for a deputy while the manager is away."""
    away = absences.select(principal_id="person_id", away_from="valid_from", away_to="valid_to")
    joined = (
        lines.join(deputies(mandates), left_on="manager_id", right_on="principal_id")
        .join(away, left_on="manager_id", right_on="principal_id")
        .with_columns(
            manager_id="deputy_id",
            is_deputy=pl.lit(value=True),
            recorded_at=pl.max_horizontal("recorded_at", "deputy_recorded_at"),
            superseded_at=pl.min_horizontal("superseded_at", "deputy_superseded_at"),
        )
    )
    stand_ins = intersected(intersected(joined, "deputy_from", "deputy_to"), "away_from", "away_to")
    names = [
        "person_id", "manager_id", "line_type", "depth", "is_deputy", "valid_from", "valid_to",
        "recorded_at", "superseded_at",
    ]  # fmt: skip
    direct = lines.with_columns(is_deputy=pl.lit(value=False))
    return pl.concat([direct.select(names), stand_ins.select(names)])
