"""Rules 2 to 8 of METHOD 2.2, first match wins, by the records of today or those known then."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from benchmarks.frames.read import EVER, NEVER
from benchmarks.frames.register import DATES, LATE, Frames, in_chains, met, spans_of_late

DATED = ("lines", "holdings", "delegations", "agreements")
ASKING = [
    "assign", "reassign", "request_review", "remind", "follow_up", "hand_off", "escalate",
]  # fmt: skip
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
        rule=("rule", "min"), scope_confidence=("scope_confidence", "max")
    )
    return found.assign(authority=authority, is_stale=False)


def judged(
    acts: pd.DataFrame, duties: pd.DataFrame, register: Frames
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Decisions by act_no, and who holds what by chain and kind."""
    holders = _holders(duties, register)
    rules: list[Callable[[pd.DataFrame], pd.DataFrame]] = [
        lambda rest: _formal_line(rest, register),
        lambda rest: _formal_mandate(rest, holders),
        lambda rest: _delegated(rest, holders, register),
        lambda rest: _shared(rest, register),
        lambda rest: _asks_owner(rest, holders, register),
        lambda rest: _baseline(rest, register),
        lambda rest: _held(rest, holders, register),
        lambda rest: _gap(rest, register),
    ]
    decided, rest = [], acts
    for rule in rules:
        decided.append(rule(rest))
        rest = rest[~rest["act_no"].isin(decided[-1].index)]
    return pd.concat(decided), holders


def _holders(duties: pd.DataFrame, register: Frames) -> pd.DataFrame:
    held = duties.merge(in_chains(register["holdings"], register["chains"]), on="scope_chain")
    held = covering(held, "act_kinds", "via_kinds").rename(columns={"person_id": "holder_id"})
    return held.drop(columns=["act_kinds", "via_kinds", "superseded_at"])


def _led(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    """One row an act and person led."""
    names = ["act_no", "actor_id", "scope_chain", "kind", "happened_at", "target_count"]
    single = acts.loc[acts["target_id"].notna(), [*names, "target_id"]]
    several = acts.loc[acts["target_count"] > 1, names]
    return pd.concat([single, several.merge(register["act_targets"], on="act_no")])


def _all_of(found: pd.DataFrame) -> pd.DataFrame:
    """Rows of acts of which each target was found."""
    targets = found[["act_no", "target_id"]].drop_duplicates().groupby("act_no").size()
    return found[found["act_no"].map(targets) >= found["target_count"]]


def _formal_line(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    lines = register["lines"].rename(columns={"person_id": "target_id", "manager_id": "actor_id"})
    reason = np.where(lines["line_type"] == "dotted", "2 dotted_line", "2 solid_line")
    lines = lines.assign(rule=np.where(lines["is_deputy"], "2 deputy", reason))
    led = _led(acts, register).merge(lines, on=["target_id", "actor_id"])
    below = _all_of(covering(in_force(led), "via_kinds"))
    managed = _managed_teams(register)
    names = ["act_no", "actor_id", "scope_chain", "kind", "happened_at"]
    alone = acts.loc[acts["target_count"] == 0, names]
    own = covering(in_force(alone.merge(managed, on=["scope_chain", "actor_id"])), "via_kinds")
    return pd.concat(
        [
            decision(below, "formal_line", None, 1.0),
            decision(own, "formal_line", "2 own_team", 1.0),
        ]
    )


def _managed_teams(register: Frames) -> pd.DataFrame:
    chains, people, lines = register["chains"], register["people"], register["lines"]
    teams = chains[(chains["scope_type"] == "team") & (chains["rank"] == 0)]
    teams = teams[["scope_chain"]].assign(team_id=teams["scope_id"].astype(people["team_id"].dtype))
    stays = people.rename(columns={"valid_from": "in_from", "valid_to": "in_to"})
    members = teams.merge(stays[["team_id", "person_id", "in_from", "in_to"]], on="team_id")
    managed = members.merge(lines[lines["line_type"] == "solid"], on="person_id")
    managed = met(managed, "in_from", "in_to").rename(columns={"manager_id": "actor_id"})
    names = ["scope_chain", "actor_id", "via_kinds", *DATES, "known_from", "known_to"]
    return managed[names].drop_duplicates()


def _formal_mandate(acts: pd.DataFrame, holders: pd.DataFrame) -> pd.DataFrame:
    brief = acts[["act_no", "actor_id", "scope_chain", "kind", "happened_at"]]
    mine = holders.rename(columns={"holder_id": "actor_id"})
    held = in_force(brief.merge(mine, on=["actor_id", "scope_chain", "kind"]))
    return decision(held, "formal_mandate", "3 mandate")


def _delegated(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.DataFrame:
    handed = in_chains(register["delegations"], register["chains"]).rename(
        columns={
            "from_person_id": "holder_id",
            "to_person_id": "actor_id",
            "scope_confidence": "given_confidence",
        }
    )
    brief = acts[["act_no", "actor_id", "scope_chain", "kind", "happened_at"]]
    given = in_force(brief.merge(handed, on=["actor_id", "scope_chain"]))
    given = covering(given, "act_kinds")[
        ["act_no", "scope_chain", "kind", "happened_at", "holder_id", "given_confidence"]
    ]
    held = in_force(given.merge(holders, on=["holder_id", "scope_chain", "kind"]))
    surest = held[["scope_confidence", "given_confidence"]].min(axis=1)
    return decision(held.assign(scope_confidence=surest), "delegated", "4 delegation")


def _shared(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    agreed = register["agreements"]
    agreed = agreed[agreed["rule"] == "anyone_in_team"].drop(columns="rule")
    agreed = in_chains(agreed, register["chains"])
    same = (acts["target_count"] == 0) | (acts["target_team_id"] == acts["team_id"])
    names = ["act_no", "team_id", "scope_chain", "kind", "happened_at"]
    inside = in_force(acts.loc[same, names].merge(agreed, on=["team_id", "scope_chain"]))
    return decision(covering(inside, "act_kinds"), "shared", "5 agreement")


def _asks_owner(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.DataFrame:
    asking = _led(acts[acts["kind"].isin(ASKING)], register)
    asked = holders.rename(columns={"holder_id": "target_id"})
    held = _all_of(in_force(asking.merge(asked, on=["target_id", "scope_chain", "kind"])))
    return decision(held, "ordinary", "5a asks_owner")


def _baseline(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    chains = register["chains"]
    duty = acts[acts["kind"].isin(["review", "answer"]) & acts["team_id"].notna()]
    duty = duty[["act_no", "team_id", "target_team_id", "scope_chain", "happened_at"]]
    teams = chains[chains["scope_type"] == "team"]
    teams = teams[["scope_chain", "rank", *DATES]].assign(
        object_team_id=teams["scope_id"].astype(acts["team_id"].dtype)
    )
    placed = holds(duty.merge(teams, on="scope_chain"))
    placed = placed[placed["rank"] == placed.groupby("act_no")["rank"].transform("min")]
    unplaced = duty[~duty["act_no"].isin(placed["act_no"])]
    own = pd.concat(
        [
            placed.loc[placed["object_team_id"] == placed["team_id"], "act_no"],
            unplaced.loc[unplaced["target_team_id"] == unplaced["team_id"], "act_no"],
        ]
    )
    return decision(own.to_frame(), "ordinary", "6 baseline", 1.0)


def _unowned(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    marked = in_chains(register["no_owner"], register["chains"])
    brief = acts[["act_no", "scope_chain", "happened_at"]]
    found = holds(brief.merge(marked, on="scope_chain"))
    return found.groupby("act_no", as_index=False).agg(
        unowned_rank=("rank", "min"), scope_confidence=("scope_confidence", "max")
    )


def _held(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.DataFrame:
    brief = acts[["act_no", "scope_chain", "kind", "happened_at"]]
    current = in_force(brief.merge(holders, on=["scope_chain", "kind"]))
    current = current.merge(
        _unowned(acts, register)[["act_no", "unowned_rank"]], on="act_no", how="left"
    )
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
        )
    )
    acting = by_act["any_seen"] & ~by_act["any_absent"]
    cases = [by_act["all_absent"], acting]
    by_act["rule"] = np.select(cases, ["7 absent", "7 acting_holder"], "7 unseen_holder")
    by_act["authority"] = np.select(cases, ["cover", "bypass"], "unresolved")
    return by_act[["rule", "authority", "scope_confidence", "is_stale"]]


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
    day = at.dt.normalize()
    weekday = at.dt.dayofweek
    monday_before = day - (weekday * 24).astype("timedelta64[h]")
    horizon = (at - 7 * DAY).where(weekday < 5, monday_before)
    long_ago = at - 90 * DAY
    return seen.assign(
        is_absent=seen["is_absent"].notna(),
        is_seen=seen["last_at"] >= horizon,
        is_stale=~seen["is_self_confirming"]
        & (seen["confirmed_at"] < day - 90 * DAY)
        & ~(seen["last_at"] >= long_ago),
    )


def _gap(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    duties = acts[["scope_chain", "kind"]].drop_duplicates()
    over = register["holdings"][register["holdings"]["valid_to"] < NEVER]
    over = over.rename(columns={"valid_to": "ended_at"}).drop(columns="valid_from")
    found = duties.merge(register["chains"], on="scope_chain")
    found = covering(found.merge(over, on=["scope_type", "scope_id"]), "act_kinds", "via_kinds")
    key = ["scope_chain", "kind", "scope_confidence", *DATES, "known_from", "known_to"]
    first = found.groupby(key, observed=True, as_index=False)["ended_at"].min()
    brief = acts[["act_no", "scope_chain", "kind", "happened_at"]]
    ended = in_force(brief.merge(first, on=["scope_chain", "kind"]))
    ended = ended[ended["ended_at"] <= ended["happened_at"]]
    names = ["act_no", "scope_confidence"]
    gaps = pd.concat(
        [
            ended[names].assign(rule="8 ended"),
            _unowned(acts, register)[names].assign(rule="8 no_owner"),
        ]
    )
    said = gaps.groupby("act_no").agg(
        rule=("rule", "max"), scope_confidence=("scope_confidence", "max")
    )
    return said.assign(authority="gap", is_stale=False)


def concerned(acts: pd.DataFrame, register: Frames) -> pd.DataFrame:
    """Acts that a record which came late, or was taken back, may judge otherwise."""
    names = ["scope_type", "scope_id", "valid_from", "recorded_at", "superseded_at"]
    records = pd.concat(
        [register[name][names] for name in ("holdings", "delegations", "agreements")]
    )
    company = records["scope_type"] == "company"
    records["scope_id"] = records["scope_id"].where(~company, "")
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
    by_manager = spans_of_late(register["lines"], ["manager_id"]).rename(
        columns={"manager_id": "actor_id"}
    )
    brief = acts[["act_no", "happened_at", "scope_chain"]]
    led = brief.merge(register["act_targets"], on="act_no").merge(by_person, on="target_id")
    alone = acts.loc[acts["target_count"] == 0, ["act_no", "happened_at", "actor_id"]]
    rows = pd.concat(
        [brief.merge(by_chain, on="scope_chain"), led, alone.merge(by_manager, on="actor_id")]
    )
    at = rows["happened_at"]
    inside = rows.loc[(rows["late_from"] <= at) & (at < rows["late_to"]), "act_no"]
    return acts[acts["act_no"].isin(inside)]


def resolved(acts: pd.DataFrame, holders: pd.DataFrame, register: Frames) -> pd.Series:
    """Numbers of the acts whose scope then has a holder for the kind, or an explicit no_owner."""
    duties = acts[["scope_chain", "kind"]].drop_duplicates()
    unowned = duties.merge(in_chains(register["no_owner"], register["chains"]), on="scope_chain")
    names = ["scope_chain", "kind", *DATES]
    spans = pd.concat([holders[names], unowned[names]]).drop_duplicates()
    brief = acts[["act_no", "scope_chain", "kind", "happened_at"]]
    return holds(brief.merge(spans, on=["scope_chain", "kind"]))["act_no"].drop_duplicates()
