"""The order of the rules: first match wins (METHOD 2.2)."""

from collections.abc import Callable

import polars as pl

from models.authority.grants import (
    DECISION,
    delegated,
    formal_line,
    formal_mandate,
    ordinary,
    several,
    shared,
)
from models.authority.informal import informal
from models.authority.register import (
    LATE_DAYS,
    MOMENT,
    Register,
    as_known,
    as_now,
    covers_kind,
    deputies,
    holdings,
    in_chains,
    in_force,
    in_wider_scopes,
    lines_with_deputies,
)
from models.org.chains import chain_scopes
from models.org.intervals import with_record
from models.org.lines import managers
from models.settled import settled
from models.tables.authority import JudgedActsSchema

# What the rules ask of an act, and what they say of it.
ASKED = [
    "act_key", "act_id", "happened_at", "kind", "actor_id", "target_id", "target_count",
    "object_id", "scope_chain", "identity_confidence", "exclusion",
]  # fmt: skip
RULED = [
    "act_key", "team_id", "authority", "authority_class", "authority_as_known", "authority_as_now",
    "is_recorded_late", "rule", "confidence", "is_scope_resolved", "is_stale",
]  # fmt: skip
LEAST_CONFIDENCE = 0.6  # METHOD 2.2: below it an act is unknown
CLASSES = {
    "formal_line": "formal",
    "formal_mandate": "formal",
    "delegated": "deliberate",
    "shared": "deliberate",
    "ordinary": "ordinary",
    "gap": "informal",
    "cover": "informal",
    "bypass": "informal",
    "unresolved": "informal",
    "unknown": "unknown",
    "excluded": "excluded",
}


def acts(
    ledgers: pl.LazyFrame,
    *,
    act_targets: pl.LazyFrame,
    requests: pl.LazyFrame,
    traces: pl.LazyFrame,
    people: pl.LazyFrame,
    teams: pl.LazyFrame,
    reporting_lines: pl.LazyFrame,
    mandates: pl.LazyFrame,
    delegations: pl.LazyFrame,
    agreements: pl.LazyFrame,
    scopes: pl.LazyFrame,
    rotas: pl.LazyFrame,
    absences: pl.LazyFrame,
    no_owner: pl.LazyFrame,
    windows: pl.LazyFrame,
    work_stretches: pl.LazyFrame,
) -> pl.LazyFrame:
    """Every act with the authority under which it was done, in the shape of authority.acts.

    The headline is the judgement by what was known 14 days after the act. That of today is the
    same, unless records that came or were taken back later change it.
    """
    held = settled(holdings(mandates, rotas, people))
    stand_ins = deputies(mandates, rotas, people)
    register = Register(
        holdings=held,
        lines=settled(lines_with_deputies(managers(reporting_lines), stand_ins, absences)),
        delegations=delegations,
        agreements=agreements,
        no_owner=no_owner,
        absences=absences,
        people=people,
        requests=requests,
        traces=in_wider_scopes(traces, held, scopes, teams),
        windows=windows,
        work_stretches=work_stretches,
    )
    wide = settled(ledgers.with_row_index("act_key"))
    stood = settled(_with_teams(wide.select(ASKED), people))
    placed = settled(_with_duties(_with_common_team(stood, act_targets, people)))
    touched = pl.concat([placed.select("scope_chain"), requests.select("scope_chain")])
    chains = settled(chain_scopes(touched, scopes, teams))
    now = settled(_judged(placed, act_targets, chains, as_now(register)))
    late = settled(_late_acts(placed, act_targets, chains, register))
    known = settled(_judged(late, act_targets, chains, as_known(register)))
    # Judged narrow and put beside the whole rows again: joins of whole rows cost twice as much.
    ruled = settled(_headline(now, known).select(RULED).sort("act_key").drop("act_key"))
    whole = pl.concat([wide.drop("act_key"), ruled], how="horizontal")
    return whole.select(JudgedActsSchema.column_names())


def _with_duties(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with `duty`, a number for each chain and kind: who holds it is asked by that."""
    duty = ["scope_chain", "kind"]
    return acts.join(acts.select(duty).unique().sort(duty).with_row_index("duty"), on=duty)


def _with_teams(ledgers: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with team_id and target_team_id: where actor and target were then."""
    stays = people.filter(pl.col("team_id").is_not_null()).select(
        "person_id", "team_id", "valid_from", "valid_to"
    )
    actors = stays.rename({"person_id": "actor_id"})
    targets = stays.rename({"person_id": "target_id", "team_id": "target_team_id"})
    placed = with_record(ledgers, actors, by="actor_id", at="happened_at", columns=["team_id"])
    return with_record(
        placed, targets, by="target_id", at="happened_at", columns=["target_team_id"]
    )


def _with_common_team(
    acts: pl.LazyFrame, act_targets: pl.LazyFrame, people: pl.LazyFrame
) -> pl.LazyFrame:
    """Acts with, of several targets, the team that all of them were in then."""
    stays = people.filter(pl.col("team_id").is_not_null()).select(
        "team_id", "valid_from", "valid_to", target_id="person_id"
    )
    led = several(
        acts.select("act_key", "act_id", "happened_at", "target_id", "target_count"), act_targets
    )
    in_team = pl.col("team_id").is_not_null().sum() >= pl.col("target_count").first()
    common = (
        with_record(led, stays, by="target_id", at="happened_at", columns=["team_id"])
        .group_by("act_key")
        .agg(
            common=pl.col("team_id").first(),
            is_common=in_team & (pl.col("team_id").n_unique() == 1),
        )
        .filter("is_common")
        .select("act_key", "common")
    )
    return (
        acts.join(common, on="act_key", how="left")
        .with_columns(target_team_id=pl.coalesce("target_team_id", "common"))
        .drop("common")
    )


def _judged(
    acts: pl.LazyFrame, act_targets: pl.LazyFrame, chains: pl.LazyFrame, register: Register
) -> pl.LazyFrame:
    """Acts with authority, rule, confidence, is_stale and is_scope_resolved."""
    counted = acts.filter(pl.col("exclusion").is_null())
    judged = counted.filter(pl.col("actor_id").is_not_null())
    holders = settled(_holders(counted, chains, register))
    rules: list[Callable[[pl.LazyFrame], pl.LazyFrame]] = [
        lambda rest: formal_line(rest, act_targets, register, chains),
        lambda rest: formal_mandate(rest, holders),
        lambda rest: delegated(rest, holders, chains, register),
        lambda rest: shared(rest, chains, register),
        lambda rest: ordinary(rest, act_targets, holders, chains),
        lambda rest: informal(rest, holders, chains, register),
    ]
    decided, rest = [], judged
    for rule in rules:
        decided.append(settled(rule(rest)))
        rest = settled(rest.join(decided[-1].select("act_key"), on="act_key", how="anti"))
    decisions = pl.concat([frame.select(DECISION) for frame in decided])
    resolved = _resolved(counted, holders, chains, register)
    return _with_the_rest(
        acts.join(decisions, on="act_key", how="left").join(resolved, on="act_key", how="left")
    )


def _with_the_rest(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Rules 0 and 9: what is excluded, what nobody did, what the register does not tell."""
    confidence = pl.col("identity_confidence") * pl.col("scope_confidence").fill_null(1.0)
    is_excluded = pl.col("exclusion").is_not_null()
    is_nobody = pl.col("actor_id").is_null()
    is_open = pl.col("authority").is_null()
    is_unsure = confidence < LEAST_CONFIDENCE
    return acts.with_columns(
        authority=pl.when(is_excluded)
        .then(pl.lit("excluded"))
        .when(is_nobody | is_open | is_unsure)
        .then(pl.lit("unknown"))
        .otherwise("authority"),
        rule=pl.when(is_excluded)
        .then(pl.concat_str(pl.lit("0 "), "exclusion"))
        .when(is_nobody)
        .then(pl.lit("9 nobody"))
        .when(is_open)
        .then(pl.lit("9 no_register"))
        .when(is_unsure)
        .then(pl.lit("9 confidence"))
        .otherwise("rule"),
        confidence=confidence,
        is_stale=pl.col("is_stale").fill_null(value=False),
        is_scope_resolved=pl.col("is_scope_resolved").fill_null(value=False),
    ).drop("scope_confidence")


def _holders(acts: pl.LazyFrame, chains: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """Who holds what covers a duty: one row a duty, holder, scope and stretch of time."""
    duties = acts.select("duty", "scope_chain", "kind").unique()
    return (
        duties.join(in_chains(register.holdings, chains), on="scope_chain")
        .filter(covers_kind("act_kinds", "via_kinds"))
        .rename({"person_id": "holder_id"})
        .drop("act_kinds", "via_kinds", "superseded_at", "scope_chain", "kind")
    )


def _resolved(
    acts: pl.LazyFrame, holders: pl.LazyFrame, chains: pl.LazyFrame, register: Register
) -> pl.LazyFrame:
    """Acts whose scope then has a holder for the kind, or an explicit no_owner."""
    names = ["duty", "valid_from", "valid_to", "known_from", "known_to"]
    unowned = (
        acts.select("duty", "scope_chain")
        .unique()
        .join(in_chains(register.no_owner, chains), on="scope_chain")
        .with_columns(known_from=pl.lit(None, dtype=MOMENT), known_to=pl.lit(None, dtype=MOMENT))
    )
    spans = pl.concat([holders.select(names), unowned.select(names)]).unique()
    return (
        acts.select("act_key", "duty", "happened_at")
        .join(spans, on="duty")
        .filter(in_force())
        .select("act_key", is_scope_resolved=pl.lit(value=True))
        .unique("act_key")
    )


def _late_acts(
    acts: pl.LazyFrame, act_targets: pl.LazyFrame, chains: pl.LazyFrame, register: Register
) -> pl.LazyFrame:
    """Acts that a record which came late, or was taken back, may judge otherwise: the candidates.

    By chain for records of a scope, for lines by target, or by actor where there is none; from
    where the record holds until it was known or taken back.
    """
    first_and_last = [pl.col("late_from").min(), pl.col("late_to").max()]
    spans = [
        _late_spans(frame).select("scope_type", "scope_id", "late_from", "late_to")
        for frame in (register.holdings, register.delegations, register.agreements)
    ]
    company = pl.when(pl.col("scope_type") == "company").then(pl.lit("")).otherwise("scope_id")
    by_chain = (
        chains.select("scope_chain", "scope_type", "scope_id")
        .join(pl.concat(spans).with_columns(scope_id=company), on=["scope_type", "scope_id"])
        .group_by("scope_chain")
        .agg(first_and_last)
    )
    lines = settled(_late_spans(register.lines))
    by_person = lines.group_by(target_id="person_id").agg(first_and_last)
    by_manager = lines.group_by(actor_id="manager_id").agg(first_and_last)
    moments = acts.select(
        "act_key", "act_id", "happened_at", "scope_chain", "actor_id", "target_id", "target_count"
    )
    concerned = [
        moments.join(by_chain, on="scope_chain"),
        moments.join(by_person, on="target_id"),
        several(moments, act_targets).join(by_person, on="target_id"),
        moments.filter(pl.col("target_count") == 0).join(by_manager, on="actor_id"),
    ]
    keys = pl.concat(
        [
            rows.filter(
                pl.col("late_from").is_null() | (pl.col("happened_at") >= pl.col("late_from")),
                pl.col("happened_at") < pl.col("late_to"),
            ).select("act_key")
            for rows in concerned
        ]
    )
    return acts.join(keys.unique(), on="act_key", how="semi")


def _late_spans(records: pl.LazyFrame) -> pl.LazyFrame:
    """Records that came late or were taken back, with late_from and late_to."""
    changed = pl.col("superseded_at").is_not_null()
    came_late = pl.col("recorded_at") > pl.col("valid_from") + pl.duration(days=LATE_DAYS)
    return records.filter(changed | came_late).with_columns(
        late_from="valid_from", late_to=pl.max_horizontal("recorded_at", "superseded_at")
    )


def _headline(now: pl.LazyFrame, known: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with both judgements and the one that counts."""
    then = known.select(
        "act_key",
        authority_as_known="authority",
        rule_as_known="rule",
        confidence_as_known="confidence",
    )
    both = now.join(then, on="act_key", how="left").with_columns(
        authority_as_now="authority",
        authority_as_known=pl.coalesce("authority_as_known", "authority"),
    )
    # Both judge by the same records but for those that came, or went, more than 14 days later.
    takes_known = pl.col("authority_as_known") != pl.col("authority_as_now")
    return both.with_columns(
        is_recorded_late=takes_known,
        authority=pl.when(takes_known).then("authority_as_known").otherwise("authority_as_now"),
        rule=pl.when(takes_known).then("rule_as_known").otherwise("rule"),
        confidence=pl.when(takes_known).then("confidence_as_known").otherwise("confidence"),
    ).with_columns(
        authority_class=pl.col("authority").replace_strict(CLASSES, return_dtype=pl.String)
    )
