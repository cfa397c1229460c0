"""Lines, holdings and scope chains, dated, and which acts a late record may concern."""

from collections.abc import Mapping

import pandas as pd

from benchmarks.frames.read import EVER, NEVER

Frames = Mapping[str, pd.DataFrame]
LATE = pd.Timedelta(days=14)
DATES = ["valid_from", "valid_to"]
RECORDS = ["recorded_at", "superseded_at"]


def met(rows: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """Rows whose dates meet the interval in two more columns, cut to it."""
    rows = rows.assign(
        valid_from=rows[["valid_from", start]].max(axis=1),
        valid_to=rows[["valid_to", end]].min(axis=1),
    )
    return rows[rows["valid_from"] < rows["valid_to"]].drop(columns=[start, end])


def lines(given: Frames) -> pd.DataFrame:
    """Everybody above each person, and deputies while a manager is away."""
    every = given["reporting_lines"].assign(depth=1)
    solid = every[every["line_type"] == "solid"]
    above = solid[["person_id", "manager_id", *DATES, *RECORDS]].rename(
        columns={
            "person_id": "manager_id", "manager_id": "top_id", "valid_from": "above_from",
            "valid_to": "above_to", "recorded_at": "above_recorded_at",
            "superseded_at": "above_superseded_at",
        }
    )  # fmt: skip
    found, level = [every], solid
    while len(level) and len(found) < 15:
        longer = level.merge(above, on="manager_id")
        longer = longer.assign(
            manager_id=longer["top_id"],
            depth=longer["depth"] + 1,
            recorded_at=longer[["recorded_at", "above_recorded_at"]].max(axis=1),
            superseded_at=longer[["superseded_at", "above_superseded_at"]].min(axis=1),
        )
        level = met(longer, "above_from", "above_to")
        level = level[
            (level["recorded_at"] < level["superseded_at"])
            & (level["person_id"] != level["manager_id"])
        ][every.columns]
        found.append(level)
    direct = pd.concat(found).assign(is_deputy=False)
    away = given["absences"].rename(
        columns={"person_id": "manager_id", "valid_from": "away_from", "valid_to": "away_to"}
    )
    stand_ins = direct.merge(deputies(given), on="manager_id").merge(away, on="manager_id")
    stand_ins = stand_ins.assign(
        manager_id=stand_ins["deputy_id"],
        is_deputy=True,
        recorded_at=stand_ins[["recorded_at", "deputy_recorded_at"]].max(axis=1),
        superseded_at=stand_ins[["superseded_at", "deputy_superseded_at"]].min(axis=1),
    )
    stand_ins = met(met(stand_ins, "deputy_from", "deputy_to"), "away_from", "away_to")
    return pd.concat([direct, stand_ins[direct.columns]], ignore_index=True)


def deputies(given: Frames) -> pd.DataFrame:
    """Who stands in for whom (manager_id), for which kinds and when."""
    mandates = given["mandates"]
    mine = mandates[(mandates["mandate_kind"] == "deputy") & (mandates["scope_type"] == "person")]
    return pd.DataFrame(
        {
            "manager_id": mine["scope_id"].astype(mandates["holder_id"].dtype),
            "deputy_id": mine["holder_id"],
            "deputy_kinds": mine["act_kinds"],
            "deputy_from": mine["valid_from"],
            "deputy_to": mine["valid_to"],
            "deputy_recorded_at": mine["recorded_at"],
            "deputy_superseded_at": mine["superseded_at"],
        }
    )


def holdings(given: Frames) -> pd.DataFrame:
    """What each person holds: directly, by team, by rota, or as deputy of a holder."""
    mandates = given["mandates"][given["mandates"]["mandate_kind"] != "deputy"].copy()
    company = mandates["scope_type"] == "company"
    mandates["scope_id"] = mandates["scope_id"].where(~company, "")
    confirmed = pd.to_datetime(mandates["confirmed_on"]).astype("datetime64[us]")
    mandates["confirmed_at"] = confirmed.fillna(mandates["recorded_at"])
    mandates["via_kinds"] = ""
    persons = mandates[mandates["holder_type"] == "person"].assign(
        person_id=lambda rows: rows["holder_id"]
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
    names = [
        "person_id", "act_kinds", "via_kinds", "scope_type", "scope_id", *DATES, "confirmed_at",
        "is_self_confirming", *RECORDS,
    ]  # fmt: skip
    held = pd.concat([part[names] for part in (persons, teams, rotas)], ignore_index=True)
    stand_ins = held.merge(deputies(given), left_on="person_id", right_on="manager_id")
    stand_ins = stand_ins.assign(
        person_id=stand_ins["deputy_id"],
        via_kinds=stand_ins["deputy_kinds"],
        recorded_at=stand_ins[["recorded_at", "deputy_recorded_at"]].max(axis=1),
        superseded_at=stand_ins[["superseded_at", "deputy_superseded_at"]].min(axis=1),
    )
    stand_ins = met(stand_ins, "deputy_from", "deputy_to")
    return pd.concat([held, stand_ins[names]], ignore_index=True)


def chains(given: Frames) -> pd.DataFrame:
    """Scopes of each chain and of what they belong to, dated, narrowest first by rank."""
    acts = given["acts"]
    every = pd.DataFrame({"scope_chain": acts["scope_chain"].drop_duplicates()})
    types = {name: acts[name].dtype for name in ("scope_type", "scope_id")}
    listed = every.assign(scope=every["scope_chain"].astype(str).str.split("\n")).explode("scope")
    listed = listed[listed["scope"] != ""]
    parts = listed["scope"].str.split(":", n=1, expand=True)
    narrowest = listed["scope_chain"].astype(str).str.split(":", n=1).str[0]
    level = pd.DataFrame(
        {
            "scope_chain": listed["scope_chain"],
            "scope_type": parts[0].astype(types["scope_type"]),
            "scope_id": parts[1].astype(types["scope_id"]),
            "rank": (parts[0] != narrowest).astype(int),
            "valid_from": EVER,
            "valid_to": NEVER,
        }
    )
    above = given["teams"].dropna(subset="parent_team_id")
    parents = pd.concat(
        [
            pd.DataFrame(
                {
                    "scope_type": given["scopes"]["object_kind"],
                    "scope_id": given["scopes"]["object_id"],
                    "parent_type": given["scopes"]["scope_type"],
                    "parent_id": given["scopes"]["scope_id"],
                    "parent_from": given["scopes"]["valid_from"],
                    "parent_to": given["scopes"]["valid_to"],
                }
            ),
            pd.DataFrame(
                {
                    "scope_type": "team",
                    "scope_id": above["team_id"].astype(str),
                    "parent_type": "team",
                    "parent_id": above["parent_team_id"].astype(str),
                    "parent_from": EVER,
                    "parent_to": NEVER,
                }
            ),
        ]
    )
    for name in ("scope_type", "parent_type"):
        parents[name] = parents[name].astype(types["scope_type"])
    for name in ("scope_id", "parent_id"):
        parents[name] = parents[name].astype(types["scope_id"])
    levels = [level]
    for _ in range(4):
        up = met(
            levels[-1].merge(parents, on=["scope_type", "scope_id"]), "parent_from", "parent_to"
        )
        up = up.assign(scope_type=up["parent_type"], scope_id=up["parent_id"], rank=up["rank"] + 1)
        levels.append(up[level.columns])
    company = every.assign(scope_type="company", scope_id="", rank=6, valid_from=EVER,
                           valid_to=NEVER)  # fmt: skip
    company = company.astype(types)
    found = pd.concat([*levels, company], ignore_index=True)
    key = ["scope_chain", "scope_type", "scope_id", *DATES]
    found = found.groupby(key, observed=True, as_index=False)["rank"].min()
    found["scope_confidence"] = (found["rank"] == 0).map({True: 1.0, False: 0.8})
    return found


def spans_of_late(records: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """From when to when a record that came late, or was taken back, may change a judgement."""
    taken_back = records["superseded_at"] < NEVER
    late = records[taken_back | (records["recorded_at"] > records["valid_from"] + LATE)]
    known = late["superseded_at"].where(late["superseded_at"] < NEVER, late["recorded_at"])
    late = late.assign(late_from=late["valid_from"], late_to=known.clip(lower=late["recorded_at"]))
    return late.groupby(by, observed=True, as_index=False).agg({"late_from": "min",
                                                                "late_to": "max"})  # fmt: skip
