"""Rules 2 to 6 of METHOD 2.2: what makes an act formal, deliberate or ordinary.

Each function takes acts and gives decisions: act_key, rule, authority, scope_confidence,
is_stale, decided_at (when the deciding record came to be known); one row an act it decides.
"""

import polars as pl

from models.authority.register import Register, covers_kind, in_force
from models.org.intervals import holds

ASKED_DAYS = 14  # METHOD 2.2 rule 4: an explicit request on this object counts this long
ASKING_KINDS = ("assign", "reassign", "request_review", "escalate")  # rule 5a: asking the owner
BASELINE_KINDS = ("review", "answer")  # rule 6: duties of every role family
DECISION = ["act_key", "rule", "authority", "scope_confidence", "is_stale", "decided_at"]


def decision(
    rows: pl.LazyFrame, authority: str, rule: str | pl.Expr, confidence: str | None = None
) -> pl.LazyFrame:
    """One decision an act out of rows that may repeat it; the surest record counts."""
    return (
        rows.with_columns(
            rule=pl.lit(rule) if isinstance(rule, str) else rule,
            scope_confidence=pl.col(confidence) if confidence else pl.lit(1.0),
        )
        .group_by("act_key")
        .agg(
            rule=pl.col("rule").min(),
            scope_confidence=pl.col("scope_confidence").max(),
            decided_at=pl.col("recorded_at").min(),
        )
        .with_columns(authority=pl.lit(authority), is_stale=pl.lit(value=False))
        .select(DECISION)
    )


def formal_line(
    acts: pl.LazyFrame, act_targets: pl.LazyFrame, register: Register, chains: pl.LazyFrame
) -> pl.LazyFrame:
    """Rule 2: every target is below the actor, or the scope is a team that the actor manages."""
    lines = register.lines.rename({"person_id": "target_id", "manager_id": "actor_id"})
    pair = ["target_id", "actor_id"]
    reason = (
        pl.when("is_deputy")
        .then(pl.lit("2 deputy"))
        .when(pl.col("line_type") == "dotted")
        .then(pl.lit("2 dotted_line"))
        .otherwise(pl.lit("2 solid_line"))
    )
    brief = acts.select("act_key", "act_id", "actor_id", "target_id", "target_count", "happened_at")
    single = decision(
        brief.filter(pl.col("target_id").is_not_null()).join(lines, on=pair).filter(in_force()),
        "formal_line",
        reason,
    )
    several = brief.filter(pl.col("target_count") > 1).drop("target_id")
    below = (
        several.join(act_targets.select("act_id", "target_id"), on="act_id")
        .join(lines, on=pair)
        .filter(in_force())
        .with_columns(rule=reason)
        .group_by("act_key", "target_id", "target_count")
        .agg(pl.col("rule").min(), pl.col("recorded_at").min())
        .group_by("act_key", "target_count")
        .agg(pl.col("rule").min(), pl.col("recorded_at").max(), below_count=pl.len())
        .filter(pl.col("below_count") >= pl.col("target_count"))
    )
    managed = _managed_teams(register, chains)
    untargeted = (
        acts.filter(pl.col("target_count") == 0)
        .select("act_key", "actor_id", "scope_chain", "happened_at")
        .join(managed, left_on=["scope_chain", "actor_id"], right_on=["scope_chain", "manager_id"])
        .filter(in_force())
    )
    return pl.concat(
        [
            single,
            decision(below, "formal_line", pl.col("rule")),
            decision(untargeted, "formal_line", "2 own_team"),
        ]
    )


def _managed_teams(register: Register, chains: pl.LazyFrame) -> pl.LazyFrame:
    """Chains whose own scope is a team, with who manages one of its members directly."""
    teams = chains.filter((pl.col("scope_type") == "team") & (pl.col("rank") == 0))
    members = register.people.select("person_id", "team_id")
    direct = register.lines.filter(pl.col("line_type") == "solid", pl.col("depth") == 1)
    return (
        teams.select("scope_chain", team_id="scope_id")
        .join(members, on="team_id")
        .join(direct, on="person_id")
        .select(
            "scope_chain", "manager_id", "valid_from", "valid_to", "recorded_at", "known_from",
            "known_to",
        )
        .unique()
    )  # fmt: skip


def formal_mandate(acts: pl.LazyFrame, holders: pl.LazyFrame) -> pl.LazyFrame:
    """Rule 3: the actor holds a mandate covering the kind and any scope in the chain.

    The holder acts in the scope at that very moment, so the mandate is not stale.
    """
    held = (
        acts.select("act_key", "actor_id", "duty", "happened_at")
        .join(holders, left_on=["actor_id", "duty"], right_on=["holder_id", "duty"])
        .filter(in_force())
    )
    return decision(held, "formal_mandate", "3 mandate", "scope_confidence")


def delegated(
    acts: pl.LazyFrame, holders: pl.LazyFrame, chains: pl.LazyFrame, register: Register
) -> pl.LazyFrame:
    """Rule 4: a holder delegated it, or asked the actor on this object within 14 days before."""
    brief = acts.select(
        "act_key", "actor_id", "scope_chain", "kind", "duty", "happened_at", "object_id"
    )
    handed = (
        register.delegations.with_columns(via_kinds=pl.lit(""))
        .join(
            chains.select("scope_chain", "scope_type", "scope_id", "scope_confidence"),
            on=["scope_type", "scope_id"],
        )
        .rename({"from_person_id": "holder_id"})
    )
    by_record = (
        brief.join(
            handed,
            left_on=["actor_id", "scope_chain"],
            right_on=["to_person_id", "scope_chain"],
        )
        .filter(in_force(), covers_kind())
        .select(
            "act_key", "duty", "happened_at", "holder_id",
            pl.col("recorded_at").alias("given_at"),
        )
    )  # fmt: skip
    asked = (
        brief.join(
            register.requests.filter(
                pl.col("kind").is_in(["review_request", "assignment", "co_host"])
            ).select(
                "asked_at", actor_id="holder_id", holder_id="asker_id", object_id="object_id"
            ),
            on=["actor_id", "object_id"],
        )
        .filter(
            pl.col("asked_at") <= pl.col("happened_at"),
            pl.col("asked_at") >= pl.col("happened_at") - pl.duration(days=ASKED_DAYS),
        )
        .select(
            "act_key", "duty", "happened_at", "holder_id",
            pl.col("asked_at").alias("given_at"),
        )
    )  # fmt: skip
    names = {"4 delegation": by_record, "4 asked": asked}
    return decision(
        pl.concat(
            [
                rows.join(holders, on=["holder_id", "duty"])
                .filter(in_force())
                .with_columns(
                    reason=pl.lit(rule), recorded_at=pl.max_horizontal("recorded_at", "given_at")
                )
                .select("act_key", "reason", "recorded_at", "scope_confidence")
                for rule, rows in names.items()
            ]
        ),
        "delegated",
        pl.col("reason"),
        "scope_confidence",
    )


def shared(acts: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Rule 5: a team agreed that anyone may do it, and actor and target are in that team."""
    agreed = (
        register.agreements.filter(pl.col("rule") == "anyone_in_team")
        .drop("rule")
        .with_columns(
            via_kinds=pl.lit(""),
            scope_id=pl.when(pl.col("scope_type") == "company")
            .then(pl.lit(""))
            .otherwise("scope_id"),
        )
        .join(
            chains.select("scope_chain", "scope_type", "scope_id", "scope_confidence"),
            on=["scope_type", "scope_id"],
        )
    )
    inside = (
        acts.select(
            "act_key",
            "team_id",
            "target_id",
            "target_team_id",
            "scope_chain",
            "kind",
            "happened_at",
        )
        .join(agreed, on=["team_id", "scope_chain"])
        .filter(
            in_force(),
            covers_kind(),
            pl.col("target_id").is_null() | (pl.col("target_team_id") == pl.col("team_id")),
        )
    )
    return decision(inside, "shared", "5 agreement", "scope_confidence")


def ordinary(
    acts: pl.LazyFrame, holders: pl.LazyFrame, chains: pl.LazyFrame, register: Register
) -> pl.LazyFrame:
    """Rule 5a: the owner is asked. Rule 6: a baseline duty on an object of one's own team.

    An object's team is the team its scope belongs to, else the team of the person it is for.
    """
    asks = (
        acts.filter(pl.col("kind").is_in(ASKING_KINDS))
        .select("act_key", "duty", "happened_at", holder_id="target_id")
        .join(holders, on=["holder_id", "duty"])
        .filter(in_force())
    )
    teams = chains.filter((pl.col("scope_type") == "team") & (pl.col("rank") > 0)).select(
        "scope_chain", "valid_from", "valid_to", object_team_id="scope_id"
    )
    duty = acts.filter(
        pl.col("kind").is_in(BASELINE_KINDS), pl.col("team_id").is_not_null()
    ).select("act_key", "team_id", "target_team_id", "scope_chain", "happened_at")
    placed = duty.join(teams, on="scope_chain").filter(holds("happened_at"))
    unplaced = duty.join(placed.select("act_key").unique(), on="act_key", how="anti")
    own = pl.concat(
        [
            placed.filter(pl.col("object_team_id") == pl.col("team_id")).select("act_key"),
            unplaced.filter(pl.col("target_team_id") == pl.col("team_id")).select("act_key"),
        ]
    ).with_columns(recorded_at=pl.lit(None, dtype=pl.Datetime("us", "UTC")))
    asking = decision(asks, "ordinary", "5a asks_owner", "scope_confidence")
    return pl.concat(
        [
            asking,
            decision(own, "ordinary", "6 baseline").join(
                asking.select("act_key"), on="act_key", how="anti"
            ),
        ]
    )
