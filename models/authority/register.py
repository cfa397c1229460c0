"""Who holds what, dated: persons, teams, rotas and deputies brought to one shape.

A register is a plain set of frames. `known_from` and `known_to` say from when until when a record
was known; `as_now` and `as_known` set them, so the rules are written once for both.
"""

from dataclasses import dataclass, replace

import polars as pl

from models.authority.presence import STALE_DAYS
from models.org.intervals import holds, intersected
from models.org.mandates import LEADS

LATE_DAYS = 14  # METHOD 2.2: how long a record may come after the act
LEAD_DAYS = 365  # METHOD 2.1: a tracker's lead goes stale so long after it was set
MOMENT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Register:
    """All that the rules ask of the formal side, coded; dated frames with known_from and known_to.

    holdings: person_id, act_kinds, via_kinds, scope_type, scope_id, post (person and scope as a
    number), valid_from, valid_to, confirmed_at, is_self_confirming, recorded_at. lines: person_id,
    manager_id, is_deputy, via_kinds, line_type, valid_from, valid_to, recorded_at. delegations,
    agreements: as declared. no_owner, absences, people, requests, windows: as declared, always
    known. presence: when holders were seen (models.authority.presence). work_stretches: when each
    person works (models.working_time).
    """

    holdings: pl.LazyFrame
    lines: pl.LazyFrame
    delegations: pl.LazyFrame
    agreements: pl.LazyFrame
    no_owner: pl.LazyFrame
    absences: pl.LazyFrame
    people: pl.LazyFrame
    requests: pl.LazyFrame
    presence: pl.LazyFrame
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
                known_from=pl.lit(None, dtype=MOMENT),
                known_to=pl.lit(None, dtype=MOMENT),
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
    return holds("happened_at") & is_known()


def is_known() -> pl.Expr:
    """Whether a record is known 14 days after `happened_at`."""
    by_then = pl.col("happened_at") + pl.duration(days=LATE_DAYS)
    return holds(by_then, "known_from", "known_to")


def in_chains(records: pl.LazyFrame, chains: pl.LazyFrame) -> pl.LazyFrame:
    """Records of a scope in each chain that lies in it, for as long as it did.

    Columns added: scope_chain, rank, scope_confidence.
    """
    places = chains.rename({"valid_from": "in_from", "valid_to": "in_to"})
    own = pl.when(pl.col("scope_type") == "company").then(pl.lit("")).otherwise("scope_id")
    placed = records.with_columns(scope_id=own).join(places, on=["scope_type", "scope_id"])
    return intersected(placed, "in_from", "in_to")


def holdings(mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """What each person holds: directly, by team, by rota, or as deputy of a holder."""
    held = holders_on_record(mandates, rotas, people)
    return pl.concat([held, _by_deputies(held, deputies(mandates, rotas, people)).select(HELD)])


def holders_on_record(
    mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame
) -> pl.LazyFrame:
    """What each person holds directly, by team or by rota; deputies stand in and hold nothing."""
    records = mandates.filter(pl.col("mandate_kind") != "deputy").with_columns(
        scope_id=pl.when(pl.col("scope_type") == "company").then(pl.lit("")).otherwise("scope_id"),
        via_kinds=pl.lit(""),
        confirmed_at=pl.coalesce(
            pl.col("confirmed_on").cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
            pl.when(pl.col("mandate_id").str.starts_with(LEADS)).then(
                pl.col("recorded_at") + pl.duration(days=LEAD_DAYS - STALE_DAYS)
            ),
            pl.col("recorded_at"),
        ),
    )
    return _by_person(records, rotas, people).select(HELD)


HELD = [
    "person_id", "act_kinds", "via_kinds", "scope_type", "scope_id", "valid_from", "valid_to",
    "confirmed_at", "is_self_confirming", "recorded_at", "superseded_at",
]  # fmt: skip


def _by_person(records: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Mandates with person_id: the holder, each member of the team then, or whose turn it is."""
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
    names = persons.collect_schema().names()
    return pl.concat([part.select(names) for part in (persons, teams, rota)])


def deputies(mandates: pl.LazyFrame, rotas: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Who is deputy of whom: deputy_id, principal_id, deputy_kinds and the record's dates."""
    records = mandates.filter(
        (pl.col("mandate_kind") == "deputy") & (pl.col("scope_type") == "person")
    )
    return _by_person(records, rotas, people).select(
        deputy_id="person_id",
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
    lines: pl.LazyFrame, stand_ins: pl.LazyFrame, absences: pl.LazyFrame
) -> pl.LazyFrame:
    """Reporting lines at any depth, and the same for a deputy while the manager is away.

    `stand_ins` are `deputies`; via_kinds are the kinds of act that a deputy stands in for.
    """
    away = absences.select(principal_id="person_id", away_from="valid_from", away_to="valid_to")
    joined = (
        lines.join(stand_ins, left_on="manager_id", right_on="principal_id")
        .join(away, left_on="manager_id", right_on="principal_id")
        .with_columns(
            manager_id="deputy_id",
            is_deputy=pl.lit(value=True),
            via_kinds="deputy_kinds",
            recorded_at=pl.max_horizontal("recorded_at", "deputy_recorded_at"),
            superseded_at=pl.min_horizontal("superseded_at", "deputy_superseded_at"),
        )
    )
    deputised = intersected(intersected(joined, "deputy_from", "deputy_to"), "away_from", "away_to")
    names = [
        "person_id", "manager_id", "line_type", "is_deputy", "via_kinds", "valid_from", "valid_to",
        "recorded_at", "superseded_at",
    ]  # fmt: skip
    direct = lines.with_columns(is_deputy=pl.lit(value=False), via_kinds=pl.lit(""))
    return pl.concat([direct.select(names), deputised.select(names)])
