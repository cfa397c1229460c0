"""Rules 2 to 8 of METHOD 2.2, first match wins, by the records of today or those known then."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.frames.read import EVER, NEVER
from benchmarks.frames.register import DATES, LATE, Frames, spans_of_late

DATED = ("lines", "holdings", "delegations", "agreements")
DAY = pd.Timedelta(days=1)


def as_now(register: Frames) -> Frames:
    """The register by all records that stand today."""
    standing = {name: register[name][register[name]["superseded_at"] == NEVER] for name in DATED}
    return {**register, **{name: rows.assign(known_from=EVER, known_to=NEVER)
                           for name, rows in standing.items()}}  # fmt: skip


def as_known(register: Frames) -> Frames:
    """The register as it was known, record by record."""
    records = {name: register[name] for name in DATED}
    return {
        **register,
        **{
            name: rows.assign(known_from=rows["recorded_at"], known_to=rows["superseded_at"])
            for name, rows in records.items()
        },
    }


def holds(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows whose dates hold at happened_at."""
    at = rows["happened_at"]
    return rows[(rows["valid_from"] <= at) & (at < rows["valid_to"])]


def in_force(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows that hold at happened_at by records known 14 days after."""
    rows = holds(rows)
    by_then = rows["happened_at"] + LATE
    return rows[(rows["known_from"] <= by_then) & (by_then < rows["known_to"])]


def covering(rows: pd.DataFrame, *lists: str) -> pd.DataFrame:
    """Rows whose lists of kinds (empty: all) have the kind; looked up once a list and kind."""
    for name in lists:
        pairs = rows[[name, "kind"]].drop_duplicates()
        covers = [
            not kinds or kind in kinds.split(";")
            for kinds, kind in zip(pairs[name], pairs["kind"], strict=True)
        ]
        rows = rows.merge(pairs[np.array(covers, dtype=bool)], on=[name, "kind"])
    return rows


def decision(
    rows: pd.DataFrame, authority: str, rule: str | None, confidence: float | None = None
) -> pd.DataFrame:
    """One row an act out of rows that may repeat it; the surest record counts."""
    if rule is not None:
        rows = rows.assign(rule=rule)
    if confidence is not None:
        rows = rows.assign(scope_confidence=confidence)
    found = rows.groupby("act_no").agg(
        rule=("rule", "min"),
        scope_confidence=("scope_confidence", "max"),
        decided_at=("recorded_at", "min"),
    )
    return found.assign(authority=authority, is_stale=False)


def judged(acts: pd.DataFrame, register: Frames) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decisions by act_no, and who holds what by chain and kind."""
    holders = _holders(acts, register)
    rules: list[Callable[[pd.DataFrame], pd.DataFrame]] = [
        lambda rest: _formal_line(rest, register),
        lambda rest: _formal_mandate(rest, holders),
        lambda rest: _delegated(rest, holders, register),
        lambda rest: _shared(rest, register),
        lambda rest: _asks_owner(rest, holders),
        lambda rest: _baseline(rest, register),
        lambda rest: _held(rest, holders, register),
        lambda rest: _gap(rest, holders, register),
    ]
    decided, rest = [], acts
    for rule in rules:
        decided.append(rule(rest))
        rest = rest[~rest["act_no"].isin(decided[-1].index)]
    return pd.concat(decided), holders


def _holders(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    duties = acts[["scope_chain", "kind"]].drop_duplicates()
    chains = register["chains"].rename(columns={"valid_from": "in_from", "valid_to": "in_to"})
    held = duties.merge(chains, on="scope_chain").merge(
        register["holdings"], on=["scope_type", "scope_id"]
    )
    held = covering(held, "act_kinds", "via_kinds").rename(columns={"person_id": "holder_id"})
    held["valid_from"] = held[["valid_from", "in_from"]].max(axis=1)
    held["valid_to"] = held[["valid_to", "in_to"]].min(axis=1)
    unused = ["in_from", "in_to", "act_kinds", "via_kinds", "superseded_at"]
    return held[held["valid_from"] < held["valid_to"]].drop(columns=unused)


def _formal_line(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    lines = register["lines"].rename(columns={"person_id": "target_id", "manager_id": "actor_id"})
    reason = np.where(lines["line_type"] == "dotted", "2 dotted_line", "2 solid_line")
    lines = lines.assign(rule=np.where(lines["is_deputy"], "2 deputy", reason))
    brief = acts[["act_no", "actor_id", "target_id", "target_count", "happened_at"]]
    several = brief[brief["target_count"] > 1].drop(columns="target_id")
    led = pd.concat(
        [brief.dropna(subset="target_id"), several.merge(register["act_targets"], on="act_no")]
    )
    found = in_force(led.merge(lines, on=["target_id", "actor_id"]))
    below = found.groupby(["act_no", "target_id"], observed=True, as_index=False).agg(
        rule=("rule", "min"), recorded_at=("recorded_at", "min"),
        target_count=("target_count", "first"),
    )  # fmt: skip
    acts_below = below.groupby("act_no", as_index=False).agg(
        rule=("rule", "min"), recorded_at=("recorded_at", "max"),
        target_count=("target_count", "first"), below_count=("target_id", "size"),
    )  # fmt: skip
    all_below = acts_below[acts_below["below_count"] >= acts_below["target_count"]]
    managed = _managed_teams(register)
    alone = acts.loc[
        acts["target_count"] == 0, ["act_no", "actor_id", "scope_chain", "happened_at"]
    ]
    own = in_force(alone.merge(managed, on=["scope_chain", "actor_id"]))
    return pd.concat(
        [
            decision(all_below, "formal_line", None, 1.0),
            decision(own, "formal_line", "2 own_team", 1.0),
        ]
    )


def _managed_teams(register: Frames) -> pd.DataFrame:
    chains, people, lines = register["chains"], register["people"], register["lines"]
    teams = chains[(chains["scope_type"] == "team") & (chains["rank"] == 0)]
    teams = teams[["scope_chain"]].assign(team_id=teams["scope_id"].astype(people["team_id"].dtype))
    direct = lines[(lines["line_type"] == "solid") & (lines["depth"] == 1)]
    managed = teams.merge(people[["team_id", "person_id"]], on="team_id").merge(
        direct, on="person_id"
    )
    managed = managed.rename(columns={"manager_id": "actor_id"})
    names = ["scope_chain", "actor_id", *DATES, "recorded_at", "known_from", "known_to"]
    return managed[names].drop_duplicates()


def _formal_mandate(acts: pd.DataFrame, holders: pd.DataFrame) -> pd.DataFrame:
    brief = acts[["act_no", "actor_id", "scope_chain", "kind", "happened_at"]]
    mine = holders.rename(columns={"holder_id": "actor_id"})
    held = in_force(brief.merge(mine, on=["actor_id", "scope_chain", "kind"]))
    return decision(held, "formal_mandate", "3 mandate")


def _delegated(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.DataFrame:
    scopes = register["chains"][["scope_chain", "scope_type", "scope_id"]]
    handed = register["delegations"].merge(scopes, on=["scope_type", "scope_id"])
    handed = handed.rename(columns={"from_person_id": "holder_id", "to_person_id": "actor_id"})
    brief = acts[["act_no", "actor_id", "scope_chain", "kind", "happened_at"]]
    given = in_force(brief.merge(handed, on=["actor_id", "scope_chain"]))
    given = covering(given, "act_kinds")[
        ["act_no", "scope_chain", "kind", "happened_at", "holder_id", "recorded_at"]
    ].rename(columns={"recorded_at": "given_at"})
    held = in_force(given.merge(holders, on=["holder_id", "scope_chain", "kind"]))
    held = held.assign(recorded_at=held[["recorded_at", "given_at"]].max(axis=1))
    return decision(held, "delegated", "4 delegation")


def _shared(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    agreed = register["agreements"]
    agreed = agreed[agreed["rule"] == "anyone_in_team"].drop(columns="rule")
    company = agreed["scope_type"] == "company"
    agreed = agreed.assign(scope_id=agreed["scope_id"].where(~company, ""))
    scopes = register["chains"][["scope_chain", "scope_type", "scope_id", "scope_confidence"]]
    agreed = agreed.merge(scopes, on=["scope_type", "scope_id"])
    same = acts["target_id"].isna() | (acts["target_team_id"] == acts["team_id"])
    names = ["act_no", "team_id", "scope_chain", "kind", "happened_at"]
    inside = in_force(acts.loc[same, names].merge(agreed, on=["team_id", "scope_chain"]))
    return decision(covering(inside, "act_kinds"), "shared", "5 agreement")


def _asks_owner(acts: pd.DataFrame, holders: pd.DataFrame) -> pd.DataFrame:
    asking = acts[acts["kind"].isin(["assign", "reassign", "request_review", "escalate"])]
    asked = asking[["act_no", "target_id", "scope_chain", "kind", "happened_at"]].rename(
        columns={"target_id": "holder_id"}
    )
    held = in_force(asked.merge(holders, on=["holder_id", "scope_chain", "kind"]))
    return decision(held, "ordinary", "5a asks_owner")


def _baseline(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    chains = register["chains"]
    duty = acts[acts["kind"].isin(["review", "answer"]) & acts["team_id"].notna()]
    duty = duty[["act_no", "team_id", "target_team_id", "scope_chain", "happened_at"]]
    teams = chains[(chains["scope_type"] == "team") & (chains["rank"] > 0)]
    teams = teams[["scope_chain", *DATES]].assign(
        object_team_id=teams["scope_id"].astype(acts["team_id"].dtype)
    )
    placed = holds(duty.merge(teams, on="scope_chain"))
    unplaced = duty[~duty["act_no"].isin(placed["act_no"])]
    own = pd.concat(
        [
            placed.loc[placed["object_team_id"] == placed["team_id"], "act_no"],
            unplaced.loc[unplaced["target_team_id"] == unplaced["team_id"], "act_no"],
        ]
    ).unique()
    return pd.DataFrame(
        {"rule": "6 baseline", "authority": "ordinary", "scope_confidence": 1.0, "is_stale": False,
         "decided_at": pd.NaT},
        index=pd.Index(own, name="act_no"),
    ).astype({"decided_at": "datetime64[us]"})  # fmt: skip


def _unowned(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    marked = (
        register["chains"]
        .drop(columns=DATES)
        .merge(register["no_owner"], on=["scope_type", "scope_id"])
    )
    brief = acts[["act_no", "scope_chain", "happened_at"]]
    found = holds(brief.merge(marked, on="scope_chain"))
    return found.groupby("act_no", as_index=False).agg(unowned_rank=("rank", "min"))


def _held(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.DataFrame:
    brief = acts[["act_no", "scope_chain", "kind", "happened_at"]]
    current = in_force(brief.merge(holders, on=["scope_chain", "kind"]))
    current = current.merge(_unowned(acts, register), on="act_no", how="left")
    hidden = current["rank"] > current["unowned_rank"]
    current = _with_presence(current[~hidden], register)
    freshness = np.where(current["is_stale"], 0.6, 1.0)
    by_act = (
        current.assign(sure=current["scope_confidence"] * freshness)
        .groupby("act_no")
        .agg(
            all_absent=("is_absent", "all"),
            any_absent=("is_absent", "any"),
            any_seen=("is_seen", "any"),
            scope_confidence=("sure", "max"),
            is_stale=("is_stale", "all"),
            decided_at=("recorded_at", "min"),
        )
    )
    acting = by_act["any_seen"] & ~by_act["any_absent"]
    cases = [by_act["all_absent"], acting]
    by_act["rule"] = np.select(cases, ["7 absent", "7 acting_holder"], "7 unseen_holder")
    by_act["authority"] = np.select(cases, ["cover", "bypass"], "unresolved")
    return by_act[["rule", "authority", "scope_confidence", "is_stale", "decided_at"]]


def _with_presence(current: pd.DataFrame, register: Frames) -> pd.DataFrame:
    absences = register["absences"].rename(columns={"person_id": "holder_id"})
    brief = current[["act_no", "holder_id", "happened_at"]]
    away = holds(brief.merge(absences, on="holder_id"))
    away = away[["act_no", "holder_id"]].drop_duplicates().assign(is_absent=True)
    traces = register["traces"].rename(columns={"person_id": "holder_id"})
    seen = pd.merge_asof(
        current.sort_values("happened_at"),
        traces[["holder_id", "scope_type", "scope_id", "first_at", "last_at"]].sort_values(
            "first_at"
        ),
        left_on="happened_at",
        right_on="first_at",
        by=["holder_id", "scope_type", "scope_id"],
    ).merge(away, on=["act_no", "holder_id"], how="left")
    at = seen["happened_at"]
    weekend = (at.dt.dayofweek - 4).clip(lower=0)
    horizon = at - (7 + weekend) * DAY
    long_ago = at - 90 * DAY
    return seen.assign(
        is_absent=seen["is_absent"].notna(),
        is_seen=seen["last_at"] >= horizon,
        is_stale=~seen["is_self_confirming"]
        & (seen["confirmed_at"] < long_ago)
        & ~(seen["last_at"] >= long_ago),
    )


def _gap(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.DataFrame:
    brief = acts[["act_no", "scope_chain", "kind", "happened_at"]]
    ended = brief.merge(holders, on=["scope_chain", "kind"])
    ended = ended[ended["valid_to"] <= ended["happened_at"]]
    none = pd.Series(pd.NaT, dtype="datetime64[us]")
    unowned = _unowned(acts, register)[["act_no"]].assign(recorded_at=none, rule="8 no_owner")
    gaps = pd.concat([ended[["act_no", "recorded_at"]].assign(rule="8 ended"), unowned])
    found = gaps.groupby("act_no").agg(rule=("rule", "max"), decided_at=("recorded_at", "min"))
    return found.assign(authority="gap", scope_confidence=1.0, is_stale=False)


def concerned(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    """Acts that a record which came late, or was taken back, may judge otherwise."""
    names = ["scope_type", "scope_id", "valid_from", "recorded_at", "superseded_at"]
    records = pd.concat(
        [register[name][names] for name in ("holdings", "delegations", "agreements")]
    )
    scopes = spans_of_late(records, ["scope_type", "scope_id"])
    by_chain = register["chains"][["scope_chain", "scope_type", "scope_id"]].merge(
        scopes, on=["scope_type", "scope_id"]
    )
    by_chain = by_chain.groupby("scope_chain", observed=True, as_index=False).agg(
        {"late_from": "min", "late_to": "max"}
    )
    by_person = spans_of_late(register["lines"], ["person_id"]).rename(
        columns={"person_id": "target_id"}
    )
    brief = acts[["act_no", "happened_at", "scope_chain"]]
    led = brief.merge(register["act_targets"], on="act_no").merge(by_person, on="target_id")
    rows = pd.concat([brief.merge(by_chain, on="scope_chain"), led])
    at = rows["happened_at"]
    inside = rows.loc[(rows["late_from"] <= at) & (at < rows["late_to"]), "act_no"]
    return acts[acts["act_no"].isin(inside)]


def resolved(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.Series:
    """Numbers of the acts whose scope then has a holder for the kind, or an explicit no_owner."""
    duties = acts[["scope_chain", "kind"]].drop_duplicates()
    unowned = duties.merge(register["chains"][["scope_chain", "scope_type", "scope_id"]]).merge(
        register["no_owner"], on=["scope_type", "scope_id"]
    )
    names = ["scope_chain", "kind", *DATES]
    spans = pd.concat([holders[names], unowned[names]]).drop_duplicates()
    brief = acts[["act_no", "scope_chain", "kind", "happened_at"]]
    return holds(brief.merge(spans, on=["scope_chain", "kind"]))["act_no"].drop_duplicates()
