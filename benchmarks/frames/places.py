"""Load and concentration of teams, who owns and who leads an area, and who led whom."""

import numpy as np
import pandas as pd

from benchmarks.frames.people import PERSON, WEEK, percentile, trailing
from benchmarks.frames.read import NEVER
from benchmarks.frames.register import Frames
from benchmarks.generated import FIRST_WEEK, LAST_WEEK, WEEKS
from models.metrics.intervals import KIND, PACE, SESSION
from models.metrics.priors import Z90

TEAM = ["team_id", "week"]
FIRST = pd.Timestamp(FIRST_WEEK)
YEAR = 52


def traces(acts: pd.DataFrame) -> pd.DataFrame:
    """Days on which somebody was seen in a scope."""
    led = acts.loc[
        acts["exclusion"].isna() & acts["actor_id"].notna(),
        ["actor_id", "scope_chain", "happened_at", "utc_week"],
    ]
    chains = pd.Series(acts["scope_chain"].cat.categories, name="scope_chain")
    scopes = pd.DataFrame({"scope_chain": chains, "scope": chains.str.split("\n")}).explode("scope")
    scopes = scopes[scopes["scope"] != ""]
    parts = scopes["scope"].str.split(":", n=1, expand=True)
    scopes = pd.DataFrame(
        {
            "scope_chain": scopes["scope_chain"].astype(acts["scope_chain"].dtype),
            "scope_type": parts[0].astype(acts["scope_type"].dtype),
            "scope_id": parts[1].astype(acts["scope_id"].dtype),
        }
    )
    seen = led.merge(scopes, on="scope_chain").assign(
        on=lambda rows: rows["happened_at"].dt.floor("D")
    )
    found = seen.groupby(
        ["actor_id", "scope_type", "scope_id", "utc_week", "on"], observed=True, as_index=False
    )["happened_at"].agg(["min", "max", "size"])
    return found.rename(
        columns={"actor_id": "person_id", "utc_week": "week", "min": "first_at", "max": "last_at",
                 "size": "led_count"}
    )  # fmt: skip


def team_weeks(
    acts: pd.DataFrame, present: pd.DataFrame, hidden: pd.DataFrame, grades: pd.DataFrame,
    floors: pd.DataFrame, coverage: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Load of each team and week, and of everybody together (team_id is empty)."""
    present = present.assign(team_id=present["team_id"].astype(object))
    observed = present[present["is_observed"]]
    seen = hidden.assign(team_id=hidden["team_id"].astype(object)).merge(
        observed[PERSON], on=PERSON
    )
    teams = present.groupby(TEAM, as_index=False).agg(
        people_count=("person_id", "size"), is_observed=("is_observed", "any")
    )
    everybody = coverage.groupby("week", as_index=False).agg(is_observed=("is_complete", "all"))
    counts = present.groupby("week").size()
    everybody["people_count"] = everybody["week"].map(counts).fillna(0).astype(int)
    floors = floors.astype({"team_id": object})
    rows = (
        pd.concat([teams, everybody.assign(team_id="")])
        .merge(_hours(_and_together(seen)), on=TEAM, how="left")
        .merge(_shares(acts, present), on=TEAM, how="left")
        .merge(_concentration(seen, observed, floors), on=TEAM, how="left")
        .merge(grades, on=TEAM, how="left")
    )
    zero = ["hidden_hours", "hidden_hours_low", "hidden_hours_high", "act_count"]
    measures = [*zero, "top_share", "gini_excess", "informal_share"]
    rows[zero] = rows[zero].fillna(0)
    rows[measures] = rows[measures].where(rows["is_observed"])
    return rows[[*TEAM, "people_count", *measures, "is_observed", "evidence_grade"]]


def _and_together(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of people in teams, and all rows once more as everybody's."""
    return pd.concat([rows.dropna(subset="team_id"), rows.assign(team_id="")])


def _hours(cells: pd.DataFrame) -> pd.DataFrame:
    def squared(by: list[str]) -> pd.Series:
        sums = cells.groupby([*TEAM, *by], observed=True)["minutes"].sum() ** 2
        found: pd.Series = sums.groupby(TEAM, observed=True).sum()
        return found

    sums = cells.groupby(TEAM, observed=True).agg(
        total=("minutes", "sum"), variance=("variance", "sum")
    )
    square = SESSION * (
        sums["total"] ** 2
        + (PACE - 1.0) * squared(["person_id"])
        + (KIND - 1.0) * squared(["kind"])
        + (PACE - 1.0) * (KIND - 1.0) * squared(["person_id", "kind"])
        + PACE * KIND * sums["variance"]
    )
    return pd.DataFrame(
        {
            "hidden_hours": sums["total"] / 60.0,
            "hidden_hours_low": percentile(sums["total"], square, -Z90) / 60.0,
            "hidden_hours_high": percentile(sums["total"], square, Z90) / 60.0,
        }
    ).reset_index()


def _shares(acts: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    counted = acts[acts["exclusion"].isna() & acts["actor_id"].notna()]
    rows = counted[["actor_id", *TEAM]].assign(
        act_count=1,
        known=(counted["authority_class"] != "unknown").astype(int),
        informal=(counted["authority_class"] == "informal").astype(int),
    )
    sums = ["act_count", "known", "informal"]
    rows = rows.groupby(["actor_id", *TEAM], observed=True, dropna=False, as_index=False)[
        sums
    ].sum()
    unseen = present.loc[~present["is_observed"], PERSON].assign(is_unseen=True)
    rows = rows.merge(unseen.rename(columns={"person_id": "actor_id"}), how="left")
    rows = rows[rows["is_unseen"].isna()].astype({"team_id": object})
    teams = _and_together(rows).groupby(TEAM, as_index=False)[sums].sum()
    teams["informal_share"] = (teams["informal"] / teams["known"]).where(teams["known"] > 0)
    return teams.drop(columns=["known", "informal"])


def _concentration(
    hidden: pd.DataFrame, members: pd.DataFrame, floors: pd.DataFrame
) -> pd.DataFrame:
    key = ["team_id", "person_id"]
    counts = trailing(hidden.dropna(subset="team_id"), key, ["informal_act_count"])
    members = members.dropna(subset="team_id")
    people = members[[*key, "week"]].merge(counts, on=[*key, "week"], how="left")
    people["acts"] = people["informal_act_count"].fillna(0)
    people = people.sort_values([*TEAM, "acts"])
    people["weighted"] = people["acts"] * (people.groupby(TEAM, observed=True).cumcount() + 1)
    teams = people.groupby(TEAM, observed=True, as_index=False).agg(
        n=("acts", "size"), acts=("acts", "sum"), most=("acts", "max"), weighted=("weighted", "sum")
    )
    teams = teams[(teams["n"] >= 5) & (teams["acts"] >= 20)].merge(floors, on=TEAM, how="left")
    n, acts, noise = teams["n"], teams["acts"], teams["noise"]
    gini = (2.0 * teams["weighted"] / (n * acts) - (n + 1.0) / n) * n / (n - 1.0)
    return teams[TEAM].assign(
        top_share=teams["most"] / acts, gini_excess=(gini - noise) / (1 - noise)
    )


def people_areas(traces: pd.DataFrame) -> pd.DataFrame:
    """Per area, person and week: acts over 52 weeks, and the same weighed by recency."""
    seen = traces[~traces["scope_type"].isin(["company", "team", "person"])]
    seen = seen.assign(step=(seen["week"] - FIRST).dt.days // 7)
    line = ["scope_type", "scope_id", "person_id"]
    weekly = seen.groupby([*line, "step"], observed=True, as_index=False)["led_count"].sum()
    weekly["moment"] = weekly["led_count"] * weekly["step"]
    leaves = weekly.assign(
        step=weekly["step"] + YEAR, led_count=-weekly["led_count"], moment=-weekly["moment"]
    )
    events = pd.concat([weekly, leaves[leaves["step"] < WEEKS]])
    spans = weekly.groupby(line, observed=True, as_index=False).agg(
        first=("step", "min"), last=("step", "max")
    )
    length = np.minimum(spans["last"] + YEAR, WEEKS) - spans["first"]
    dense = spans.loc[spans.index.repeat(length), [*line, "first"]]
    dense["step"] = dense.groupby(level=0).cumcount() + dense.pop("first")
    sums = dense.merge(events, on=[*line, "step"], how="left").fillna({"led_count": 0, "moment": 0})
    by_line = sums.groupby(line, observed=True)
    led, moment = by_line["led_count"].cumsum(), by_line["moment"].cumsum()
    recent = (YEAR - sums["step"]) * led + moment
    sums = sums.assign(led_count=led, recent=recent, week=FIRST + sums["step"] * WEEK)
    return sums[led > 0].drop(columns=["step", "moment"])


def areas(places: pd.DataFrame, holdings: pd.DataFrame) -> pd.DataFrame:
    """Each area and week: who leads most, who would without a mandate, and whether owners do."""
    area = ["scope_type", "scope_id", "week"]
    weeks = places[area].drop_duplicates()
    held = holdings[(holdings["superseded_at"] == NEVER) & ~holdings["is_deputy"]]
    owners = weeks.merge(held, on=["scope_type", "scope_id"])
    week_end = owners["week"] + WEEK - pd.Timedelta(hours=14, microseconds=1)
    owners = owners[(owners["valid_from"] <= week_end) & (owners["valid_to"] > week_end)]
    owners = owners[[*area, "person_id"]].drop_duplicates().assign(is_owner=True)
    placed = places.merge(owners, on=[*area, "person_id"], how="left")
    placed["is_owner"] = placed["is_owner"].notna()
    everywhere = placed.groupby(["person_id", "week"], observed=True)["recent"].transform("sum")
    placed["weight"] = (placed["recent"] / np.sqrt(everywhere) * 65536).astype("int64")
    order = ["led_count", "person_id"]
    leaders = placed.sort_values(order, ascending=[False, True]).drop_duplicates(area)
    others = placed[~placed["is_owner"] & (placed["weight"] > 0)]
    candidates = others.sort_values(["weight", "person_id"], ascending=[False, True])
    candidates = candidates.drop_duplicates(area).rename(columns={"person_id": "candidate_id"})
    placed["informal"] = placed["led_count"].where(~placed["is_owner"], 0)
    rows = (
        placed.groupby(area, observed=True, as_index=False)
        .agg(act_count=("led_count", "sum"), informal=("informal", "sum"))
        .merge(leaders[[*area, "person_id", "led_count", "is_owner"]], on=area)
        .merge(candidates[[*area, "candidate_id"]], on=area, how="left")
        .merge(owners[area].drop_duplicates().assign(is_owned=True), on=area, how="left")
    )
    enough = rows["act_count"] >= 10
    rows["match"] = np.select(
        [~enough, rows["is_owned"].isna(), rows["is_owner"]],
        ["too_few", "no_owner", "matches"],
        "differs",
    )
    rows["leader_id"] = rows["person_id"].where(enough)
    rows["leader_share"] = (rows["led_count"] / rows["act_count"]).where(enough)
    rows["informal_share"] = (rows["informal"] / rows["act_count"]).where(enough)
    rows["candidate_id"] = rows["candidate_id"].where(enough)
    rows = rows[(rows["scope_type"] != "repository") | rows["is_owned"].notna()]
    return rows[[*area, "leader_id", "leader_share", "candidate_id", "act_count", "informal_share",
                 "match"]]  # fmt: skip


def lead_ties(acts: pd.DataFrame) -> pd.DataFrame:
    """Ties of three acts or more over the 8 weeks to each week."""
    led = acts[acts["exclusion"].isna() & acts["actor_id"].notna() & acts["target_id"].notna()]
    rows = led[["actor_id", "target_id", "week"]].assign(
        act_count=1,
        informal_act_count=(led["authority_class"] == "informal").astype(int),
        hours=led["credited_minutes"] / 60.0,
    )
    ties = trailing(rows, ["actor_id", "target_id"], ["act_count", "informal_act_count", "hours"])
    return ties[(ties["act_count"] >= 3) & (ties["week"] <= pd.Timestamp(LAST_WEEK))]


def without_objectors(tables: dict[str, pd.DataFrame], given: Frames) -> dict[str, pd.DataFrame]:
    """What readers get, without what objectors did or are told of since they objected."""
    since = given["objections"].groupby("person_id", observed=True)["valid_from"].min()

    def later(person: pd.Series, moment: pd.Series) -> pd.Series:
        return moment > person.astype(object).map(since).fillna(NEVER)

    found = dict(tables)
    acts, targets = tables["acts"], tables["act_targets"]
    gone = later(acts["actor_id"], acts["happened_at"])
    moments = targets.merge(acts.loc[~gone, ["act_id", "happened_at"]], on="act_id")
    told = later(moments["target_id"], moments["happened_at"])
    found["act_targets"] = moments.loc[~told, ["act_id", "target_id"]]
    kept = acts[~gone]
    named = kept["target_id"].where(~later(kept["target_id"], kept["happened_at"]))
    found["acts"] = kept.assign(target_id=named)
    weeks = tables["person_weeks"]
    hidden = later(weeks["person_id"], weeks["week"] + WEEK)
    measures = [
        name for name in weeks if name not in ("person_id", "team_id", "week", "is_observed")
    ]
    found["person_weeks"] = weeks.assign(
        is_observed=weeks["is_observed"] & ~hidden, **weeks[measures].where(~hidden)
    )
    places = tables["areas"]
    for name, others in {"leader_id": ["leader_share"], "candidate_id": []}.items():
        is_later = later(places[name], places["week"] + WEEK)
        blanked = {column: places[column].where(~is_later) for column in [name, *others]}
        places = places.assign(**blanked)
    ties = tables["lead_ties"]
    end = ties["week"] + WEEK
    cut = later(ties["actor_id"], end) | later(ties["target_id"], end)
    return {**found, "areas": places, "lead_ties": ties[~cut]}
