"""The order of the rules: first match wins (METHOD 2.2)."""

from collections.abc import Callable

import polars as pl

from models.authority.codes import KINDS, coded
from models.authority.duties import duties, stretches, with_duties, with_stretches
from models.authority.grants import (
    DECISION,
    asked_before,
    delegated,
    formal_line,
    formal_mandate,
    ordinary,
    several,
    shared,
)
from models.authority.informal import informal, nearest_teams, states
from models.authority.presence import presence, with_posts
from models.authority.register import (
    LATE_DAYS,
    Register,
    as_known,
    as_now,
    deputies,
    holdings,
    lines_with_deputies,
)
from models.authority.rulings import AUTHORITIES, AUTHORITY, CLASS, CLASSES, RULE
from models.org.chains import chain_scopes
from models.org.intervals import with_record
from models.org.lines import managers
from models.settled import settled
from models.tables.authority import JudgedActsSchema

# What the rules ask of an act.
ASKED = [
    "act_key", "happened_at", "kind", "actor_id", "target_id", "target_count", "scope_chain",
    "identity_confidence", "is_handoff",
]  # fmt: skip
JUDGED = [
    "act_key", "happened_at", "kind", "actor_id", "target_id", "target_count", "scope_chain",
    "duty", "team_id", "target_team_id", "stretch", "is_handoff",
]  # fmt: skip
AUTHORITY_COLUMNS = [
    "authority",
    "authority_class",
    "authority_as_known",
    "authority_as_now",
]
MOST_ACTS = 1_000_000  # judged at once: half a GB
LEAST_CONFIDENCE = 0.6  # METHOD 2.2: below it an act is unknown


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
    held = settled(with_posts(coded(holdings(mandates, rotas, people))))
    stand_ins = deputies(mandates, rotas, people)
    register = Register(
        holdings=held,
        lines=settled(coded(lines_with_deputies(managers(reporting_lines), stand_ins, absences))),
        delegations=settled(coded(delegations)),
        agreements=settled(coded(agreements)),
        no_owner=no_owner,
        absences=settled(coded(absences)),
        people=settled(coded(people)),
        requests=settled(coded(requests)),
        presence=settled(presence(traces, held, scopes, teams)),
        windows=windows,
        work_stretches=coded(work_stretches),
    )
    wide = settled(ledgers.with_row_index("act_key"))
    touched = pl.concat([wide.select("scope_chain"), requests.select("scope_chain")])
    chains = settled(coded(chain_scopes(touched, scopes, teams)))
    led = settled(_led(wide, act_targets))
    placed = settled(_placed(wide, led, register))
    asked = settled(asked_before(placed, wide.select("act_key", "object_id"), register.requests))
    now = pl.concat(
        [settled(_judged(part, led, asked, chains, as_now(register))) for part in _parts(placed)]
    )
    late = settled(_late_acts(placed, led, chains, register))
    known = settled(_judged(late, led, asked, chains, as_known(register)))
    # Judged narrow and put beside the whole rows again: joins of whole rows cost twice as much.
    ruled = settled(_headline(now, known).sort("act_key").drop("act_key"))
    whole = pl.concat([wide.drop("act_key"), ruled], how="horizontal")
    excluded = pl.concat_str(pl.lit("0 "), "exclusion")
    return whole.with_columns(
        pl.col("team_id", *AUTHORITY_COLUMNS).cast(pl.String),
        rule=pl.coalesce(excluded, pl.col("rule").cast(pl.String)),
    ).select(JudgedActsSchema.column_names())


def _parts(acts: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The acts, in the order of time, in as many parts as keep memory low; one at least."""
    height = acts.select(pl.len()).collect().item()
    return [acts.slice(first, MOST_ACTS) for first in range(0, max(height, 1), MOST_ACTS)]


def _led(wide: pl.LazyFrame, act_targets: pl.LazyFrame) -> pl.LazyFrame:
    """The people led by acts with several targets: act_key and target_id."""
    acts = wide.filter(pl.col("target_count") > 1).select("act_key", "act_id")
    return coded(acts.join(act_targets, on="act_id").select("act_key", "target_id"))


def _placed(wide: pl.LazyFrame, led: pl.LazyFrame, register: Register) -> pl.LazyFrame:
    """What the rules ask of acts, with their duties, and teams of actor and targets then."""
    brief = coded(
        wide.select(*ASKED, is_excluded=pl.col("exclusion").is_not_null()).with_columns(
            pl.col("kind").cast(KINDS)
        )
    )
    acts = settled(with_duties(brief, register.holdings).sort("happened_at"))
    return _with_common_team(_with_teams(acts, register.people), led, register.people)


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


def _with_common_team(acts: pl.LazyFrame, led: pl.LazyFrame, people: pl.LazyFrame) -> pl.LazyFrame:
    """Acts with, of several targets, the team that all of them were in then."""
    stays = people.filter(pl.col("team_id").is_not_null()).select(
        "team_id", "valid_from", "valid_to", target_id="person_id"
    )
    brief = acts.select("act_key", "happened_at", "target_id", "target_count")
    in_team = pl.col("team_id").is_not_null().sum() >= pl.col("target_count").first()
    common = (
        with_record(
            several(brief, led),
            stays,
            by="target_id",
            at="happened_at",
            columns=["team_id"],
        )
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
    acts: pl.LazyFrame,
    led: pl.LazyFrame,
    asked: pl.LazyFrame,
    chains: pl.LazyFrame,
    register: Register,
) -> pl.LazyFrame:
    """Acts with authority, rule, confidence, is_stale and is_scope_resolved."""
    found = duties(acts, chains, register)
    time = settled(stretches(acts, found, register))
    stood = settled(with_stretches(acts, time))
    time = settled(time.join(stood.select("stretch").unique(), on="stretch", how="semi"))
    then = states(time, found, register)
    near = settled(nearest_teams(time, found))
    counted = ~pl.col("is_excluded") & pl.col("actor_id").is_not_null()
    rest = settled(stood.filter(counted).select(JUDGED))
    rules: list[Callable[[pl.LazyFrame], pl.LazyFrame]] = [
        lambda rest: formal_line(rest, led, register, chains),
        lambda rest: formal_mandate(rest, found.holders),
        lambda rest: delegated(rest, asked, found.holders, chains, register),
        lambda rest: shared(rest, chains, register),
        lambda rest: ordinary(rest, led, found.holders, near),
        lambda rest: informal(rest, then, chains, register),
    ]
    decided = []
    for rule in rules:
        decided.append(settled(rule(rest)))
        rest = settled(rest.join(decided[-1].select("act_key"), on="act_key", how="anti"))
    decisions = pl.concat([frame.select(DECISION) for frame in decided])
    resolved = then.by_stretch.select("stretch", "is_scope_resolved")
    return _with_the_rest(
        stood.join(decisions, on="act_key", how="left").join(resolved, on="stretch", how="left")
    )


def _with_the_rest(acts: pl.LazyFrame) -> pl.LazyFrame:
    """Rules 0 and 9: what is excluded, what nobody did, what the register does not tell."""
    confidence = pl.col("identity_confidence") * pl.col("scope_confidence").fill_null(1.0)
    rule = (
        pl.when("is_excluded")
        .then(pl.lit("0 excluded", dtype=RULE))
        .when(pl.col("actor_id").is_null())
        .then(pl.lit("9 nobody", dtype=RULE))
        .when(pl.col("rule").is_null())
        .then(pl.lit("9 no_register", dtype=RULE))
        .when(confidence < LEAST_CONFIDENCE)
        .then(pl.lit("9 confidence", dtype=RULE))
        .otherwise("rule")
    )
    return acts.select(
        "act_key",
        "team_id",
        rule=rule,
        authority=rule.replace_strict(AUTHORITIES, return_dtype=AUTHORITY),
        confidence=confidence,
        is_stale=pl.col("is_stale").fill_null(value=False),
        is_scope_resolved=pl.col("is_scope_resolved") & ~pl.col("is_excluded"),
    )


def _late_acts(
    acts: pl.LazyFrame, led: pl.LazyFrame, chains: pl.LazyFrame, register: Register
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
        .join(
            pl.concat(spans).with_columns(scope_id=company),
            on=["scope_type", "scope_id"],
        )
        .group_by("scope_chain")
        .agg(first_and_last)
    )
    lines = settled(_late_spans(register.lines))
    by_person = lines.group_by(target_id="person_id").agg(first_and_last)
    by_manager = lines.group_by(actor_id="manager_id").agg(first_and_last)
    moments = acts.select(
        "act_key", "happened_at", "scope_chain", "actor_id", "target_id", "target_count"
    )
    concerned = [
        moments.join(by_chain, on="scope_chain"),
        moments.join(by_person, on="target_id"),
        several(moments, led).join(by_person, on="target_id"),
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
        late_from="valid_from",
        late_to=pl.max_horizontal("recorded_at", "superseded_at"),
    )


def _headline(now: pl.LazyFrame, known: pl.LazyFrame) -> pl.LazyFrame:
    """Both judgements of acts and the one that counts."""
    then = known.select(
        "act_key",
        authority_as_known="authority",
        rule_as_known="rule",
        confidence_as_known="confidence",
    )
    # Both judge by the same records but for those that came, or went, more than 14 days later.
    takes_known = (pl.col("authority_as_known") != pl.col("authority")).fill_null(value=False)
    authority = pl.when(takes_known).then("authority_as_known").otherwise("authority")
    return now.join(then, on="act_key", how="left").select(
        "act_key",
        "team_id",
        "is_scope_resolved",
        "is_stale",
        authority=authority,
        authority_class=authority.replace_strict(CLASSES, return_dtype=CLASS),
        authority_as_known=pl.coalesce("authority_as_known", "authority"),
        authority_as_now=pl.col("authority"),
        is_recorded_late=takes_known,
        rule=pl.when(takes_known).then("rule_as_known").otherwise("rule"),
        confidence=pl.when(takes_known).then("confidence_as_known").otherwise("confidence"),
    )
