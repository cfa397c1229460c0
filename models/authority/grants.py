"""Rules 2 to 6 of METHOD 2.2: what makes an act formal, deliberate or ordinary.

Each function takes acts and gives decisions: act_key, rule, scope_confidence and is_stale; one row
an act it decides. `led` are the people led by acts with several targets: act_key and target_id.
"""

import polars as pl

from models.authority.codes import TEAM, covers_kind, is_kind
from models.authority.register import Register, in_chains, in_force, is_known
from models.authority.rulings import RULE
from models.org.intervals import holds, intersected

ASKED_DAYS = 14  # METHOD 2.2 rule 4: an explicit request on this object counts this long
# Rule 5a: what asks somebody for something. Reviewing or deciding on the owner's work does not.
ASKING_KINDS = (
    "assign", "reassign", "request_review", "remind", "follow_up", "hand_off", "escalate",
)  # fmt: skip
BASELINE_KINDS = ("review", "answer")  # rule 6: duties of every role family
DECISION = ["act_key", "rule", "scope_confidence", "is_stale"]


def decision(
    rows: pl.LazyFrame, rule: str | pl.Expr, confidence: str | None = None
) -> pl.LazyFrame:
    """One decision an act out of rows that may repeat it; the surest record counts."""
    return (
        rows.select(
            "act_key",
            rule=pl.lit(rule, dtype=RULE) if isinstance(rule, str) else rule,
            scope_confidence=pl.col(confidence) if confidence else pl.lit(1.0),
        )
        .group_by("act_key")
        .agg(
            rule=pl.col("rule").min(),
            scope_confidence=pl.col("scope_confidence").max(),
        )
        .with_columns(is_stale=pl.lit(value=False))
        .select(DECISION)
    )


def formal_line(
    acts: pl.LazyFrame, led: pl.LazyFrame, register: Register, chains: pl.LazyFrame
) -> pl.LazyFrame:
    """Rule 2: every target is below the actor, or the scope is a team that the actor manages."""
    lines = register.lines.select(
        "via_kinds",
        "valid_from",
        "valid_to",
        "known_from",
        "known_to",
        target_id="person_id",
        actor_id="manager_id",
        rule=pl.when("is_deputy")
        .then(pl.lit("2 deputy", dtype=RULE))
        .when(pl.col("line_type") == "dotted")
        .then(pl.lit("2 dotted_line", dtype=RULE))
        .otherwise(pl.lit("2 solid_line", dtype=RULE)),
    )
    pair = ["target_id", "actor_id"]
    brief = acts.select(
        "act_key",
        "actor_id",
        "target_id",
        "target_count",
        "kind",
        "happened_at",
        "scope_chain",
    )
    single = (
        brief.filter(pl.col("target_id").is_not_null())
        .join(lines, on=pair)
        .filter(in_force(), covers_kind("via_kinds"))
    )
    below = _all_of(
        several(brief, led).join(lines, on=pair).filter(in_force(), covers_kind("via_kinds"))
    )
    managed = _managed_teams(register, chains)
    untargeted = (
        brief.filter(pl.col("target_count") == 0)
        .join(
            managed,
            left_on=["scope_chain", "actor_id"],
            right_on=["scope_chain", "manager_id"],
        )
        .filter(in_force(), covers_kind("via_kinds"))
    )
    return pl.concat(
        [
            decision(single, pl.col("rule")),
            decision(below, pl.col("rule")),
            decision(untargeted, "2 own_team"),
        ]
    )


def several(acts: pl.LazyFrame, led: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with several targets, one row a target."""
    return acts.filter(pl.col("target_count") > 1).drop("target_id").join(led, on="act_key")


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
        teams.select("scope_chain", team_id=pl.col("scope_id").cast(TEAM))
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
    return decision(held, "3 mandate", "scope_confidence")


def delegated(
    acts: pl.LazyFrame,
    asked: pl.LazyFrame,
    holders: pl.LazyFrame,
    chains: pl.LazyFrame,
    register: Register,
) -> pl.LazyFrame:
    """Rule 4: a holder delegated it, or asked the actor on this object within 14 days before.

    Who delegates must hold it when the act happens, who asks when they ask. `asked` are the
    requests to the actor of an act: act_key, asker_id, asked_at.
    """
    brief = acts.select("act_key", "actor_id", "scope_chain", "kind", "duty", "happened_at")
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
            held_at="happened_at", rule=pl.lit("4 delegation", dtype=RULE),
        )
    )  # fmt: skip
    by_request = brief.join(asked, on="act_key").select(
        "act_key", "duty", "happened_at", holder_id="asker_id", given_confidence=pl.lit(1.0),
        held_at="asked_at", rule=pl.lit("4 asked", dtype=RULE),
    )  # fmt: skip
    given = (
        pl.concat([by_record, by_request])
        .join(holders, on=["holder_id", "duty"])
        .filter(holds("held_at"), is_known())
        .with_columns(scope_confidence=pl.min_horizontal("scope_confidence", "given_confidence"))
    )
    return decision(given, pl.col("rule"), "scope_confidence")


def asked_before(acts: pl.LazyFrame, objects: pl.LazyFrame, requests: pl.LazyFrame) -> pl.LazyFrame:
    """Requests to the actor on the act's object within 14 days before: see `delegated`.

    What was taken away again before the act asks for nothing any more.
    `objects` gives the object_id of each act_key.
    """
    asking = requests.filter(pl.col("kind").is_in(["review_request", "assignment", "co_host"]))
    return (
        objects.join(
            asking.select(
                "object_id", "asked_at", "withdrawn_at", "asker_id", actor_id="holder_id"
            ),
            on="object_id",
        )
        .join(
            acts.select("act_key", "actor_id", "happened_at"),
            on=["act_key", "actor_id"],
        )
        .filter(
            pl.col("asked_at") <= pl.col("happened_at"),
            pl.col("asked_at") >= pl.col("happened_at") - pl.duration(days=ASKED_DAYS),
            pl.col("withdrawn_at").is_null() | (pl.col("withdrawn_at") > pl.col("happened_at")),
        )
        .select("act_key", "asker_id", "asked_at")
    )


def shared(acts: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Rule 5: a team agreed that anyone may do it, and actor and all targets are in that team."""
    agreed = in_chains(
        register.agreements.filter(pl.col("rule") == "anyone_in_team").drop("rule"),
        chains,
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
    return decision(inside, "5 agreement", "scope_confidence")


def ordinary(
    acts: pl.LazyFrame,
    led: pl.LazyFrame,
    holders: pl.LazyFrame,
    nearest_teams: pl.LazyFrame,
) -> pl.LazyFrame:
    """Rule 5a: the owner is asked. Rule 6: the workflow hands it on, or a duty of one's own team.

    An object's team is the nearest team that its scope lies in then (`nearest_teams`, by stretch),
    else the team of the person it is for.
    """
    asking = acts.filter(is_kind(*ASKING_KINDS)).select(
        "act_key", "duty", "happened_at", "target_id", "target_count"
    )
    asked = asking.filter(pl.col("target_id").is_not_null())
    each = pl.concat([asked, several(asking, led)], how="diagonal")
    asks = _all_of(
        each.join(holders, left_on=["target_id", "duty"], right_on=["holder_id", "duty"]).filter(
            in_force()
        )
    )
    duty = acts.filter(is_kind(*BASELINE_KINDS), pl.col("team_id").is_not_null()).select(
        "act_key", "team_id", "target_team_id", "stretch"
    )
    placed = duty.join(nearest_teams, on=["stretch", "team_id"], how="semi")
    unplaced = duty.filter(pl.col("target_team_id") == pl.col("team_id")).join(
        nearest_teams, on="stretch", how="anti"
    )
    own = pl.concat([placed, unplaced]).select("act_key")
    owner_asked = decision(asks, "5a asks_owner", "scope_confidence")
    handed = decision(acts.filter("is_handoff"), "6 handoff")
    return pl.concat(
        [
            owner_asked,
            *(
                decided.join(owner_asked.select("act_key"), on="act_key", how="anti")
                for decided in (handed, decision(own, "6 baseline"))
            ),
        ]
    )
