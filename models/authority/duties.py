"""Duties, and the stretches of time in which nothing changes about one.

A duty is a chain and the kinds of act that no list of the register tells apart. Who holds it, who
of them is away or was seen changes at few moments; between two of them rules 6 to 9 say the same
of every act, so they ask once a stretch and not once an act.
"""

from dataclasses import dataclass

import polars as pl

from models.authority.codes import TEAM, covers_kind, kind_bit
from models.authority.presence import STALE_DAYS
from models.authority.register import LATE_DAYS, MOMENT, Register, in_chains
from models.settled import settled


@dataclass(frozen=True)
class Duties:
    """What is on record of each duty, each frame with `duty`.

    holders: holder_id, post, rank, scope_confidence, confirmed_at, is_self_confirming and dates.
    unowned: no_owner records with rank, scope_confidence and dates. ends: ended_at, until when
    somebody held it, with scope_confidence, in_from, in_to and dates. teams: the teams that its
    chain lies in, with rank and dates.
    """

    holders: pl.LazyFrame
    unowned: pl.LazyFrame
    ends: pl.LazyFrame
    teams: pl.LazyFrame


def with_duties(acts: pl.LazyFrame, holdings: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with `duty`, a number, and kinds as bits; `duty_kind` stands for all kinds of a duty."""
    chain_kinds = ["scope_chain", "kind"]
    bits = settled(acts.select(chain_kinds).unique().with_columns(bit=kind_bit()))
    kinds = bits.select("bit").unique()
    lists = holdings.select(listed=pl.col("act_kinds") & pl.col("via_kinds")).unique()
    is_listed = (pl.col("listed") & pl.col("bit")) != 0
    alike = (
        kinds.join(lists, how="cross")
        .filter(is_listed)
        .group_by("bit")
        .agg(lists=pl.col("listed").sort().cast(pl.String).str.join(","))
    )
    stands_for = kinds.join(alike, on="bit", how="left").select(
        "bit", duty_kind=pl.col("bit").min().over(pl.col("lists").fill_null(""))
    )
    duty = ["scope_chain", "duty_kind"]
    kinds_of_chains = settled(bits.join(stands_for, on="bit"))
    numbered = kinds_of_chains.select(duty).unique().with_row_index("duty")
    return (
        acts.join(kinds_of_chains.join(numbered, on=duty), on=chain_kinds)
        .with_columns(kind="bit")
        .drop("bit")
    )


def duties(acts: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> Duties:
    """What the register says of the duties of these acts."""
    asked = settled(acts.select("duty", "scope_chain", kind="duty_kind").unique())
    holders = (
        asked.join(in_chains(register.holdings, chains), on="scope_chain")
        .filter(covers_kind("act_kinds", "via_kinds"))
        .select(
            "duty",
            "post",
            "rank",
            "scope_confidence",
            "confirmed_at",
            "is_self_confirming",
            "valid_from",
            "valid_to",
            "known_from",
            "known_to",
            holder_id="person_id",
        )
    )
    unowned = asked.join(in_chains(register.no_owner, chains), on="scope_chain").select(
        "duty", "valid_from", "valid_to", "rank", "scope_confidence"
    )
    teams = asked.join(chains.filter(pl.col("scope_type") == "team"), on="scope_chain").select(
        "duty", "valid_from", "valid_to", "rank", team_id=pl.col("scope_id").cast(TEAM)
    )
    return Duties(
        settled(holders),
        settled(unowned),
        settled(_ends(asked, chains, register)),
        settled(teams),
    )


def _ends(asked: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """First ends of holdings of each duty: what ended is not that the object lay in its scope."""
    return (
        asked.join(
            chains.rename({"valid_from": "in_from", "valid_to": "in_to"}),
            on="scope_chain",
        )
        .join(
            register.holdings.filter(pl.col("valid_to").is_not_null()),
            on=["scope_type", "scope_id"],
        )
        .filter(covers_kind("act_kinds", "via_kinds"))
        .group_by("duty", "scope_confidence", "in_from", "in_to", "known_from", "known_to")
        .agg(ended_at=pl.col("valid_to").min())
    )


def with_stretches(acts: pl.LazyFrame, stretches: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with `stretch`, that of their duty and moment."""
    return (
        acts.sort("happened_at")
        .join_asof(
            stretches.select("stretch", "duty", begins_at="happened_at"),
            left_on="happened_at",
            right_on="begins_at",
            by="duty",
            coalesce=False,
            check_sortedness=False,
        )
        .drop("begins_at")
    )


def stretches(acts: pl.LazyFrame, found: Duties, register: Register) -> pl.LazyFrame:
    """Stretches of each duty as stretch, duty and happened_at, the moment that begins it.

    From the first act to the last; sorted by that moment. A duty with fewer acts than times at
    which its holders were seen has a stretch for each moment of an act instead: in a history of
    many holders and few acts the changes are hundreds of times as many.
    """
    first, last = (pl.lit(at, dtype=MOMENT) for at in _first_and_last(acts))
    rare = settled(_rare(acts, found, register))
    own = acts.join(rare, on="duty", how="semi").select("duty", at="happened_at")
    begin = acts.join(rare, on="duty", how="anti").select("duty", at=first)
    others = Duties(
        **{
            name: getattr(found, name).join(rare, on="duty", how="anti")
            for name in ("holders", "unowned", "ends", "teams")
        }
    )
    later = pl.concat(_changes(others, register)).filter(pl.col("at") > first, pl.col("at") <= last)
    return (
        pl.concat([own, begin, later])
        .unique()
        .sort("at")
        .with_row_index("stretch")
        .rename({"at": "happened_at"})
    )


def _rare(acts: pl.LazyFrame, found: Duties, register: Register) -> pl.LazyFrame:
    """Duties with fewer acts than visits of their holders."""
    visits = register.presence.group_by("post").agg(visits=pl.len())
    seen = (
        found.holders.select("duty", "post")
        .unique()
        .join(visits, on="post")
        .group_by("duty")
        .agg(pl.col("visits").sum())
    )
    return (
        acts.group_by("duty")
        .agg(acts=pl.len())
        .join(seen, on="duty")
        .filter(pl.col("acts") < pl.col("visits"))
        .select("duty")
    )


def _first_and_last(acts: pl.LazyFrame) -> tuple[object, object]:
    moment = pl.col("happened_at")
    first, last = acts.select(first=moment.min(), last=moment.max()).collect(engine="streaming")
    return first[0], last[0]


def _changes(found: Duties, register: Register) -> list[pl.LazyFrame]:
    """Duty and moment of all that may change: dates, absences, when holders are seen or stale."""
    dates = ("valid_from", "valid_to")
    known = [pl.col(name) - pl.duration(days=LATE_DAYS) for name in ("known_from", "known_to")]
    stale = (pl.col("confirmed_at") + pl.duration(days=STALE_DAYS)).dt.truncate("1d")
    away = (
        found.holders.select("duty", "holder_id")
        .unique()
        .join(register.absences, left_on="holder_id", right_on="person_id")
    )
    seen = found.holders.select("duty", "post").unique().join(register.presence, on="post")
    moments: list[tuple[pl.LazyFrame, list[str | pl.Expr]]] = [
        (found.holders, [*dates, *known, stale + pl.duration(days=1)]),
        (found.unowned, [*dates]),
        (found.ends, ["ended_at", "in_from", "in_to", *known]),
        (found.teams, [*dates]),
        (away, [*dates]),
        (seen, ["seen_from", "seen_until", "fresh_until"]),
    ]
    return [rows.select("duty", at=moment) for rows, columns in moments for moment in columns]
