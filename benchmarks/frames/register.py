"""Lines, holdings and scope chains, dated, and which acts a late record may concern."""

from collections.abc import Mapping

import pandas as pd

from benchmarks.frames.read import EVER, NEVER

Frames = Mapping[str, pd.DataFrame]
LATE = pd.Timedelta(days=14)
DATES = ["valid_from", "valid_to"]
PLACE = ["scope_type", "scope_id"]
COMPANY = {
    "scope_type": "company",
    "scope_id": "",
    "rank": 6,
    "valid_from": EVER,
    "valid_to": NEVER,
}
RECORDS = ["recorded_at", "superseded_at"]


def met(rows: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """Rows whose dates meet the interval in two more columns, cut to it."""
    rows = rows.assign(
        valid_from=rows[["valid_from", start]].max(axis=1),
        valid_to=rows[["valid_to", end]].min(axis=1),
    )
    return rows[rows["valid_from"] < rows["valid_to"]].drop(columns=[start, end])


def records(given: Frames) -> pd.DataFrame:
    """Mandates with person_id: the holder, each member of the team then, or whose turn it is."""
    mandates = given["mandates"].copy()
    company = mandates["scope_type"] == "company"
    mandates["scope_id"] = mandates["scope_id"].where(~company, "")
    persons = mandates[mandates["holder_type"] == "person"].rename(
        columns={"holder_id": "person_id"}
    )
    people = given["people"].dropna(subset="team_id")
    members = people.rename(columns={"valid_from": "in_from", "valid_to": "in_to"})
    members = members[["person_id", "team_id", "in_from", "in_to"]]
    of_teams = mandates[mandates["holder_type"] == "team"].assign(
        team_id=lambda rows: rows["holder_id"].astype(people["team_id"].dtype)
    )
    teams = met(of_teams.merge(members, on="team_id"), "in_from", "in_to")
    turns = given["rotas"].rename(columns={"valid_from": "in_from", "valid_to": "in_to"})
    on_rotas = mandates[mandates["holder_type"] == "rota"]
    rotas = met(on_rotas.merge(turns, on="mandate_id"), "in_from", "in_to")
    return pd.concat([part[persons.columns] for part in (persons, teams, rotas)], ignore_index=True)


def deputies(records: pd.DataFrame) -> pd.DataFrame:
    """Who stands in for whom (principal_id), for which kinds and when."""
    mine = records[(records["mandate_kind"] == "deputy") & (records["scope_type"] == "person")]
    return pd.DataFrame(
        {
            "principal_id": mine["scope_id"].astype(records["person_id"].dtype),
            "deputy_id": mine["person_id"],
            "deputy_kinds": mine["act_kinds"],
            "deputy_from": mine["valid_from"],
            "deputy_to": mine["valid_to"],
            "deputy_recorded_at": mine["recorded_at"],
            "deputy_superseded_at": mine["superseded_at"],
        }
    )


def stood_in(rows: pd.DataFrame, principal: str, stand_ins: pd.DataFrame) -> pd.DataFrame:
    """Records of `principal` once more for each deputy, while the deputy is one."""
    joined = rows.merge(stand_ins, left_on=principal, right_on="principal_id")
    joined = joined.assign(
        via_kinds=joined["deputy_kinds"],
        is_deputy=True,
        recorded_at=joined[["recorded_at", "deputy_recorded_at"]].max(axis=1),
        superseded_at=joined[["superseded_at", "deputy_superseded_at"]].min(axis=1),
    )
    joined[principal] = joined["deputy_id"]
    return met(joined, "deputy_from", "deputy_to")


def lines(given: Frames, stand_ins: pd.DataFrame) -> pd.DataFrame:
    """Everybody above each person, and deputies while a manager is away."""
    every = given["reporting_lines"]
    solid = every[every["line_type"] == "solid"]
    above = solid[["person_id", "manager_id", *DATES, *RECORDS]].rename(
        columns={
            "person_id": "manager_id",
            "manager_id": "top_id",
            "valid_from": "above_from",
            "valid_to": "above_to",
            "recorded_at": "above_recorded_at",
            "superseded_at": "above_superseded_at",
        }
    )
    found, level = [every], solid
    while len(level) and len(found) < 15:
        longer = level.merge(above, on="manager_id")
        longer = longer.assign(
            manager_id=longer["top_id"],
            recorded_at=longer[["recorded_at", "above_recorded_at"]].max(axis=1),
            superseded_at=longer[["superseded_at", "above_superseded_at"]].min(axis=1),
        )
        level = met(longer, "above_from", "above_to")
        level = level[
            (level["recorded_at"] < level["superseded_at"])
            & (level["person_id"] != level["manager_id"])
        ][every.columns]
        found.append(level)
    direct = pd.concat(found).assign(is_deputy=False, via_kinds="")
    away = given["absences"].rename(
        columns={"person_id": "principal_id", "valid_from": "away_from", "valid_to": "away_to"}
    )
    deputised = stood_in(direct, "manager_id", stand_ins).merge(away, on="principal_id")
    deputised = met(deputised, "away_from", "away_to")
    return pd.concat([direct, deputised[direct.columns]], ignore_index=True)


def holdings(records: pd.DataFrame, stand_ins: pd.DataFrame) -> pd.DataFrame:
    """What each person holds: directly, by team, by rota, or as deputy of a holder."""
    held = records[records["mandate_kind"] != "deputy"]
    confirmed = pd.to_datetime(held["confirmed_on"]).astype("datetime64[us]")
    names = ["person_id", "act_kinds", "scope_type", "scope_id", *DATES, "is_self_confirming"]
    held = held[[*names, *RECORDS]].assign(
        confirmed_at=confirmed.fillna(held["recorded_at"]), via_kinds="", is_deputy=False
    )
    deputised = stood_in(held, "person_id", stand_ins)
    return pd.concat([held, deputised[held.columns]], ignore_index=True)


def chains(given: Frames) -> pd.DataFrame:
    """Scopes of each chain and of what they belong to, dated, narrowest first by rank."""
    acts = given["acts"]
    every = pd.DataFrame({"scope_chain": acts["scope_chain"].drop_duplicates()})
    types = {name: acts[name].dtype for name in PLACE}
    listed = every.assign(scope=every["scope_chain"].astype(str).str.split("\n")).explode("scope")
    listed = listed[listed["scope"] != ""]
    parts = listed["scope"].str.split(":", n=1, expand=True)
    narrowest = listed["scope_chain"].astype(str).str.split(":", n=1).str[0]
    own = pd.DataFrame(
        {
            "scope_chain": listed["scope_chain"],
            "scope_type": parts[0].astype(types["scope_type"]),
            "scope_id": parts[1].astype(types["scope_id"]),
            "rank": (parts[0] != narrowest).astype(int),
            "valid_from": EVER,
            "valid_to": NEVER,
        }
    )
    company = every.assign(**COMPANY).astype(types)
    found = pd.concat([climbed(own, given), company], ignore_index=True)
    key = ["scope_chain", *PLACE, *DATES]
    found = found.groupby(key, observed=True, as_index=False)["rank"].min()
    found["scope_confidence"] = (found["rank"] == 0).map({True: 1.0, False: 0.8})
    return found


def climbed(own: pd.DataFrame, given: Frames) -> pd.DataFrame:
    """Rows with scope and rank, and the same for each scope above theirs."""
    above = given["teams"].dropna(subset="parent_team_id")
    scopes = given["scopes"]
    types = {name: own[name].dtype for name in PLACE}
    parents = pd.DataFrame(
        {
            "scope_type": pd.concat([scopes["object_kind"], pd.Series("team", above.index)]),
            "scope_id": pd.concat([scopes["object_id"], above["team_id"].astype(str)]),
            "parent_type": [*scopes["scope_type"].astype(str), *["team"] * len(above)],
            "parent_id": [*scopes["scope_id"].astype(str), *above["parent_team_id"].astype(str)],
            "parent_from": [*scopes["valid_from"], *[EVER] * len(above)],
            "parent_to": [*scopes["valid_to"], *[NEVER] * len(above)],
        }
    ).astype(types | {"parent_type": types["scope_type"], "parent_id": types["scope_id"]})
    parents = parents.astype(dict.fromkeys(["parent_from", "parent_to"], "datetime64[us]"))
    levels = [own]
    for _ in range(4):
        up = met(levels[-1].merge(parents, on=PLACE), "parent_from", "parent_to")
        up = up.assign(scope_type=up["parent_type"], scope_id=up["parent_id"], rank=up["rank"] + 1)
        levels.append(up[own.columns])
    return pd.concat(levels, ignore_index=True)


def in_chains(rows: pd.DataFrame, chains: pd.DataFrame) -> pd.DataFrame:
    """Records of a scope in each chain that lies in it, for as long as it did."""
    places = chains.rename(columns={"valid_from": "in_from", "valid_to": "in_to"})
    company = rows["scope_type"] == "company"
    rows = rows.assign(scope_id=rows["scope_id"].where(~company, ""))
    return met(rows.merge(places, on=PLACE), "in_from", "in_to")


def seen_in_wider_scopes(given: Frames, traces: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Traces in the scopes somebody holds: their own, and those that theirs belong to."""
    own = traces[PLACE].drop_duplicates().assign(rank=0, valid_from=EVER, valid_to=NEVER)
    own = own.assign(own_type=own["scope_type"], own_id=own["scope_id"])
    company = own.assign(**COMPANY).astype({name: own[name].dtype for name in PLACE})
    above = pd.concat([climbed(own, given).query("rank > 0"), company])
    above = above.merge(held[PLACE].drop_duplicates(), on=PLACE)
    lower = traces.rename(columns={"scope_type": "own_type", "scope_id": "own_id"})
    wider = lower.merge(above, on=["own_type", "own_id"])
    at = wider["first_at"]
    wider = wider[(wider["valid_from"] <= at) & (at < wider["valid_to"])]
    names = ["person_id", *PLACE, "on", "first_at", "last_at"]
    found = pd.concat([traces[names], wider[names]])
    return found.groupby(names[:4], observed=True, as_index=False).agg(
        {"first_at": "min", "last_at": "max"}
    )


def spans_of_late(records: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """From when to when a record that came late, or was taken back, may change a judgement."""
    taken_back = records["superseded_at"] < NEVER
    late = records[taken_back | (records["recorded_at"] > records["valid_from"] + LATE)]
    known = late["superseded_at"].where(late["superseded_at"] < NEVER, late["recorded_at"])
    late = late.assign(late_from=late["valid_from"], late_to=known.clip(lower=late["recorded_at"]))
    return late.groupby(by, observed=True, as_index=False).agg({"late_from": "min",
                                                                "late_to": "max"})  # fmt: skip
