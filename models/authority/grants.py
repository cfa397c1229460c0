"""Rules 2 to 6 of METHOD 2.2: what makes an act formal, deliberate or ordinary.

Each function takes acts and gives decisions: act_key, rule, authority, scope_confidence and
is_stale; one row an act it decides.
"""

import polars as pl

from models.authority.register import Register, covers_kind, in_chains, in_force, is_known
from models.org.intervals import holds, intersected

ASKED_DAYS = 14  # METHOD 2.2 rule 4: an explicit request on this object counts this long
# Rule 5a: what asks somebody for something. Reviewing or deciding on the owner's work does not.
ASKING_KINDS = (
    "assign", "reassign", "request_review", "remind", "follow_up", "hand_off", "escalate",
)  # fmt: skip
BASELINE_KINDS = ("review", "answer")  # rule 6: duties of every role family
DECISION = ["act_key", "rule", "authority", "scope_confidence", "is_stale"]


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
    brief = acts.select("act_key", "act_id", "actor_id", "target_id", "kind", "happened_at")
    single = decision(
        brief.filter(pl.col("target_id").is_not_null())
        .join(lines, on=pair)
        .filter(in_force(), covers_kind("via_kinds")),
        "formal_line",
        reason,
    )
    below = _all_of(
        several(acts, act_targets)
        .join(lines, on=pair)
        .filter(in_force(), covers_kind("via_kinds"))
        .with_columns(rule=reason)
    )
    managed = _managed_teams(register, chains)
    untargeted = (
        acts.filter(pl.col("target_count") == 0)
        .select("act_key", "actor_id", "scope_chain", "kind", "happened_at")
        .join(managed, left_on=["scope_chain", "actor_id"], right_on=["scope_chain", "manager_id"])
        .filter(in_force(), covers_kind("via_kinds"))
    )
    return pl.concat(
        [
            single,
            decision(below, "formal_line", pl.col("rule")),
            decision(untargeted, "formal_line", "2 own_team"),
        ]
    )


def several(acts: pl.LazyFrame, act_targets: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with several targets, one row a target."""
    rows = acts.filter(pl.col("target_count") > 1).drop("target_id")
    return rows.join(act_targets.select("act_id", "target_id"), on="act_id")


def _all_of(found: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of acts of which each target was found: a rule asks for all of several."""
    complete = pl.col("target_id").n_unique().over("act_key") >= pl.col("target_count")
    return found.filter(complete)


def _managed_teams(register: Register, chains: pl.LazyFrame) -> pl.LazyFrame:
    """Chains whose own scope is a team, with who was above one of its members then."""
    teams = chains.filter((pl.col("scope_type") == "team") & (pl.col("rank") == 0))
    members = register.people.select("person_id", "team_id", in_from="valid_from", in_to="valid_to")
    above = register.lines.filter(pl.col("line_type") == "solid")
    led = (
        teams.select("scope_chain", team_id="scope_id")
        .join(members, on="team_id")
        .join(above, on="person_id")
    )
    return (
        intersected(led, "in_from", "in_to")
        .select(
            "scope_chain", "manager_id", "via_kinds", "valid_from", "valid_to", "known_from",
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
    """Rule 4: a holder delegated it, or asked the actor on this object within 14 days before.

    Who delegates must hold it when the act happens, who asks when they ask.
    """
    brief = acts.select(
        "act_key", "actor_id", "scope_chain", "kind", "duty", "happened_at", "object_id"
    )
    handed = in_chains(register.delegations, chains).rename(
        {"from_person_id": "holder_id", "scope_confidence": "given_confidence"}
    )
    by_record = (
        brief.join(
            handed,
            left_on=["actor_id", "scope_chain"],
            right_on=["to_person_id", "scope_chain"],
        )
        .filter(in_force(), covers_kind("act_kinds"))
        .select(
            "act_key", "duty", "happened_at", "holder_id", "given_confidence",
            held_at="happened_at", reason=pl.lit("4 delegation"),
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
            "act_key", "duty", "happened_at", "holder_id", given_confidence=pl.lit(1.0),
            held_at="asked_at", reason=pl.lit("4 asked"),
        )
    )  # fmt: skip
    given = (
        pl.concat([by_record, asked])
        .join(holders, on=["holder_id", "duty"])
        .filter(holds("held_at"), is_known())
        .with_columns(scope_confidence=pl.min_horizontal("scope_confidence", "given_confidence"))
    )
    return decision(given, "delegated", pl.col("reason"), "scope_confidence")


def shared(acts: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Rule 5: a team agreed that anyone may do it, and actor and all targets are in that team."""
    agreed = in_chains(
        register.agreements.filter(pl.col("rule") == "anyone_in_team").drop("rule"), chains
    )
    inside = (
        acts.select(
            "act_key",
            "team_id",
            "target_count",
            "target_team_id",
            "scope_chain",
            "kind",
            "happened_at",
        )
        .join(agreed, on=["team_id", "scope_chain"])
        .filter(
            in_force(),
            covers_kind("act_kinds"),
            (pl.col("target_count") == 0) | (pl.col("target_team_id") == pl.col("team_id")),
        )
    )
    return decision(inside, "shared", "5 agreement", "scope_confidence")


def ordinary(
    acts: pl.LazyFrame, act_targets: pl.LazyFrame, holders: pl.LazyFrame, chains: pl.LazyFrame
) -> pl.LazyFrame:
    """Rule 5a: the owner is asked. Rule 6: a baseline duty on an object of one's own team.

    An object's team is the nearest team that its scope lies in then, else the team of the person
    it is for.
    """
    asking_acts = acts.filter(pl.col("kind").is_in(ASKING_KINDS)).select(
        "act_key", "act_id", "duty", "happened_at", "target_id", "target_count"
    )
    asked = asking_acts.filter(pl.col("target_id").is_not_null())
    each = pl.concat([asked, several(asking_acts, act_targets)], how="diagonal")
    asks = _all_of(
        each.join(holders, left_on=["target_id", "duty"], right_on=["holder_id", "duty"]).filter(
            in_force()
        )
    )
    teams = chains.filter(pl.col("scope_type") == "team").select(
        "scope_chain", "rank", "valid_from", "valid_to", object_team_id="scope_id"
    )
    duty = acts.filter(
        pl.col("kind").is_in(BASELINE_KINDS), pl.col("team_id").is_not_null()
    ).select("act_key", "team_id", "target_team_id", "scope_chain", "happened_at")
    placed = (
        duty.join(teams, on="scope_chain")
        .filter(holds("happened_at"))
        .filter(pl.col("rank") == pl.col("rank").min().over("act_key"))
    )
    unplaced = duty.join(placed.select("act_key").unique(), on="act_key", how="anti")
    own = pl.concat(
        [
            placed.filter(pl.col("object_team_id") == pl.col("team_id")).select("act_key"),
            unplaced.filter(pl.col("target_team_id") == pl.col("team_id")).select("act_key"),
        ]
    )
    asking = decision(asks, "ordinary", "5a asks_owner", "scope_confidence")
    return pl.concat(
        [
            asking,
            decision(own, "ordinary", "6 baseline").join(
                asking.select("act_key"), on="act_key", how="anti"
            ),
        ]
    )
