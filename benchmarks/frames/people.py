"""Who was there, what is hidden, and the load of each person and week."""

import numpy as np
import pandas as pd

from benchmarks.frames.read import NEVER
from benchmarks.frames.register import Frames
from models.metrics import intervals
from models.metrics.priors import Z90
from models.working_time import WAITING_PATTERN

PERSON = ["person_id", "week"]
WEEK = pd.Timedelta(days=7)
GRADES = [("A", 0.95, 0.05), ("B", 0.90, 0.10), ("C", 0.80, 0.15)]


def trailing(rows: pd.DataFrame, by: list[str], sums: list[str], weeks: int = 8) -> pd.DataFrame:
    """Sums over the weeks ending with each week."""
    key = [*by, "week"]
    weekly = rows.groupby(key, observed=True, as_index=False)[sums].sum()
    steps = pd.DataFrame({"step": range(weeks)})
    every = weekly.merge(steps, how="cross")
    every["week"] += every["step"] * WEEK
    return every.groupby(key, observed=True, as_index=False)[sums].sum()


def percentile(total: pd.Series, square: pd.Series, z: float) -> np.ndarray:
    """The percentile of a lognormal with that mean and mean square; 0 of nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.log(square / total**2).clip(lower=0.0)
        found = total * np.exp(z * np.sqrt(log) - log / 2.0)
    return np.where(total > 0, found, total)


def present_weeks(acts: pd.DataFrame, given: Frames) -> pd.DataFrame:
    """person_id, week, team_id, present_days, contract_hours, is_observed."""
    weeks = given["coverage"].groupby("week", as_index=False)["is_complete"].all()
    seen = acts.loc[acts["exclusion"].isna() & acts["actor_id"].notna(), ["actor_id", "week"]]
    seen = seen.drop_duplicates().rename(columns={"actor_id": "person_id"}).assign(n=1)
    active = trailing(seen, ["person_id"], ["n"])
    stays = given["people"].merge(weeks, how="cross")
    stays = stays[
        (stays["valid_from"] < stays["week"] + WEEK) & (stays["valid_to"] > stays["week"])
    ]
    stays = stays.merge(active, on=PERSON, how="left")
    stays = stays[stays["team_id"].notna() | stays["n"].notna()]
    of_week = stays.groupby(PERSON, observed=True)
    stays["employed_from"] = of_week["valid_from"].transform("min")
    stays["employed_to"] = of_week["valid_to"].transform("max")
    stays = stays.sort_values("valid_from").drop_duplicates(PERSON, keep="last")
    stays = stays.merge(_days(stays, given), on=PERSON, how="left")
    objected = given["objections"].groupby("person_id", observed=True)["valid_from"].min()
    since = stays["person_id"].astype(object).map(objected).fillna(NEVER)
    return pd.DataFrame(
        {
            "person_id": stays["person_id"],
            "week": stays["week"],
            "team_id": stays["team_id"],
            "present_days": stays["present_days"].astype(float),
            "contract_hours": stays["contract_hours_week"]
            * stays["present_days"]
            / stays["pattern_days"],
            "is_observed": stays["is_complete"] & ~(since < stays["week"] + WEEK),
        }
    )


def _days(stays: pd.DataFrame, given: Frames) -> pd.DataFrame:
    minutes = given["minutes_of_week"].astype({"working_hours": object})
    working = minutes[minutes["is_working"] & (minutes["minute"] < 10080)]
    pattern = working.assign(step=working["minute"] // 1440)[["working_hours", "step"]]
    pattern = pattern.drop_duplicates()
    hours = stays["working_hours"].astype(object).fillna(WAITING_PATTERN)
    rows = stays[[*PERSON, "location", "employed_from", "employed_to"]].assign(
        working_hours=hours, location=stays["location"]
    )
    days = rows.astype({"location": object}).merge(pattern, on="working_hours")
    days["on"] = days["week"] + days["step"] * pd.Timedelta(days=1)
    days["noon"] = days["on"] + pd.Timedelta(hours=12)
    away = days[["person_id", "on", "noon"]].merge(given["absences"], on="person_id")
    away = away[(away["valid_from"] <= away["noon"]) & (away["noon"] < away["valid_to"])]
    away = away[["person_id", "on"]].drop_duplicates().assign(is_away=True)
    off = given["holiday_dates"].astype({"location": object}).assign(is_off=True)
    off["on"] = pd.to_datetime(off["on"]).astype(days["on"].dtype)
    days = days.merge(away, on=["person_id", "on"], how="left").merge(off, how="left")
    employed = (days["employed_from"] <= days["noon"]) & (days["noon"] < days["employed_to"])
    here = employed & days["is_away"].isna() & days["is_off"].isna()
    days["present_days"] = here.astype(int)
    return days.groupby(PERSON, observed=True, as_index=False).agg(
        present_days=("present_days", "sum"), pattern_days=("present_days", "size")
    )


def register_weeks(acts: pd.DataFrame) -> pd.DataFrame:
    """team_id (empty: all) as text, week and grade."""
    counted = acts[acts["exclusion"].isna() & (acts["target_count"] > 0)]
    rows = pd.DataFrame(
        {
            "team_id": counted["team_id"].astype(object),
            "week": counted["week"],
            "targeted": 1,
            "resolved": counted["is_scope_resolved"].astype(int),
            "stale": (counted["is_stale"] & counted["is_scope_resolved"]).astype(int),
        }
    )
    places = pd.concat([rows.assign(team_id=""), rows.dropna(subset="team_id")])
    sums = trailing(places, ["team_id"], ["targeted", "resolved", "stale"])
    share = sums["resolved"] / sums["targeted"]
    stale = (sums["stale"] / sums["resolved"]).fillna(0.0)
    passes = [(share >= least) & (stale <= most) for _, least, most in GRADES]
    sums["evidence_grade"] = np.select(passes, [grade for grade, *_ in GRADES], "D")
    return sums[["team_id", "week", "evidence_grade"]]


def hidden_minutes(acts: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """Hidden minutes and their own variance by person, week and kind; excess is of kind review."""
    informal = acts[acts["actor_id"].notna() & (acts["authority_class"] == "informal")]
    cells = pd.DataFrame(
        {
            "person_id": informal["actor_id"],
            "week": informal["week"],
            "kind": informal["kind"],
            "minutes": informal["credited_minutes"],
            "excess_minutes": 0.0,
            "variance": informal["variance"],
            "informal_act_count": 1,
        }
    )
    above = _excess(acts, present)
    above = above.assign(kind="review", minutes=above["excess_minutes"], variance=0.0,
                         informal_act_count=0)  # fmt: skip
    above["kind"] = above["kind"].astype(cells["kind"].dtype)
    sums = ["minutes", "excess_minutes", "variance", "informal_act_count"]
    every = pd.concat([cells, above[cells.columns]])
    found = every.groupby([*PERSON, "kind"], observed=True, as_index=False)[sums].sum()
    return found.merge(present[[*PERSON, "team_id"]], on=PERSON, how="left")


def _excess(acts: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    """Minutes above the fair share of a team's baseline duties, where the 5 % bound is above 0."""
    is_duty = (acts["authority"] == "ordinary") & acts["kind"].isin(["review", "answer"])
    ordinary = acts[is_duty & acts["team_id"].notna()]
    counted = ordinary["variance"] + ordinary["credited_minutes"] ** 2
    ordinary = ordinary.assign(all_variance=counted)
    own = ordinary.groupby(["actor_id", "team_id", "week"], observed=True, as_index=False).agg(
        own=("credited_minutes", "sum"), variance=("all_variance", "sum")
    )
    authored = ordinary.groupby(
        ["target_id", "team_id", "week"], observed=True, as_index=False
    ).agg(authored=("credited_minutes", "sum"))
    key = ["person_id", "team_id", "week"]
    shares = (
        present.dropna(subset="team_id")
        .merge(own.rename(columns={"actor_id": "person_id"}), on=key, how="left")
        .merge(authored.rename(columns={"target_id": "person_id"}), on=key, how="left")
    )
    shares = shares.fillna({"own": 0.0, "variance": 0.0, "authored": 0.0})
    by_days = 40.0 * shares["present_days"] / 5.0
    shares["weight"] = shares["contract_hours"].fillna(by_days).fillna(0.0)
    teams = [shares["team_id"], shares["week"]]

    def of_team(name: str) -> pd.Series:
        return shares[name].groupby(teams, observed=True).transform("sum")

    others = of_team("weight") - shares["weight"]
    shares["owed"] = (shares["authored"] / others).where(others > 0, 0.0)
    by_others = (of_team("own") - of_team("authored")).clip(lower=0.0)
    share = (shares["weight"] / of_team("weight")).where(of_team("weight") > 0, 0.0)
    shares["expected"] = shares["weight"] * (of_team("owed") - shares["owed"]) + share * by_others
    sums = ["own", "expected", "variance"]
    rows = shares.merge(
        trailing(shares, ["person_id", "team_id"], sums), on=key, suffixes=("", "_8w")
    )
    difference = rows["own_8w"] - rows["expected_8w"]
    square = intervals.PACE * (rows["own_8w"] ** 2 + rows["variance_8w"])
    bound = percentile(rows["own_8w"], square, -Z90)
    sure = (bound > rows["expected_8w"]) & (rows["own_8w"] > 0) & (rows["own"] > 0)
    rows["excess_minutes"] = difference * rows["own"] / rows["own_8w"]
    return rows.loc[sure, [*PERSON, "excess_minutes"]]


def person_weeks(
    acts: pd.DataFrame, present: pd.DataFrame, hidden: pd.DataFrame, grades: pd.DataFrame,
    mandates: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Load of each person and week."""
    weekly = _squares(hidden)
    weekly = weekly.assign(**_bounds(weekly, "hidden_hours", 60.0)).drop(columns=["total"])
    rows = (
        present.merge(_by_class(acts), on=PERSON, how="left")
        .merge(weekly, on=PERSON, how="left")
        .merge(_eight_weeks(hidden, present), on=PERSON, how="left")
        .merge(_funded(mandates, present), on=PERSON, how="left")
    )
    rows["place"] = rows["team_id"].astype(object).fillna("")
    rows = rows.merge(grades.rename(columns={"team_id": "place"}), on=["place", "week"], how="left")
    hours = ["deliberate_hours", "ordinary_hours", "formal_hours", "unknown_hours",
             "after_hours_hours"]  # fmt: skip
    zero = [*hours, "hidden_hours", "hidden_hours_low", "hidden_hours_high", "act_count"]
    rows[zero] = rows[zero].fillna(0)
    funded = rows["funded_hours"].fillna(0.0)
    rows["unfunded_hours"] = (rows["deliberate_hours"] - funded).clip(lower=0.0)
    excess = rows["excess_minutes"].fillna(0.0) / 60.0
    rows["excess_hours"] = excess.where(rows["team_id"].notna())
    eight = ["hidden_hours_8w", "hidden_hours_8w_low", "hidden_hours_8w_high"]
    measures = [*zero, *eight, "unfunded_hours", "excess_hours"]
    rows[measures] = rows[measures].where(rows["is_observed"])
    rows["meeting_hours"] = np.nan
    return rows[
        [*PERSON, "team_id", *measures, "meeting_hours", "contract_hours", "present_days",
         "is_observed", "evidence_grade"]
    ]  # fmt: skip


def _squares(cells: pd.DataFrame) -> pd.DataFrame:
    sums = cells.assign(kinds=cells["minutes"] ** 2).groupby(PERSON, observed=True, as_index=False)
    found = sums.agg(
        total=("minutes", "sum"),
        kinds=("kinds", "sum"),
        variance=("variance", "sum"),
        excess_minutes=("excess_minutes", "sum"),
    )
    square = (
        intervals.SESSION
        * intervals.PACE
        * (
            found["total"] ** 2
            + (intervals.KIND - 1.0) * found["kinds"]
            + intervals.KIND * found["variance"]
        )
    )
    return found.assign(square=square).drop(columns=["kinds", "variance"])


def _bounds(
    rows: pd.DataFrame, name: str, divisor: float | pd.Series
) -> dict[str, pd.Series | np.ndarray]:
    total, square = rows["total"], rows["square"]
    return {
        name: total / divisor,
        f"{name}_low": percentile(total, square, -Z90) / divisor,
        f"{name}_high": percentile(total, square, Z90) / divisor,
    }


def _eight_weeks(hidden: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    seen = present.loc[present["is_observed"], PERSON].assign(weeks=1)
    cells = hidden.merge(seen[PERSON], on=PERSON)
    sums = trailing(cells, ["person_id", "kind"], ["minutes", "excess_minutes", "variance"])
    rows = trailing(seen, ["person_id"], ["weeks"]).merge(_squares(sums), on=PERSON, how="left")
    rows = rows.fillna({"total": 0.0, "square": 0.0})
    return rows[PERSON].assign(**_bounds(rows, "hidden_hours_8w", rows["weeks"] * 60.0))


def _by_class(acts: pd.DataFrame) -> pd.DataFrame:
    counted = acts[acts["exclusion"].isna() & acts["actor_id"].notna()]
    hours, informal = counted["credited_minutes"] / 60.0, counted["authority_class"] == "informal"
    parts = {
        f"{name}_hours": hours.where(counted["authority_class"] == name, 0.0)
        for name in ("deliberate", "ordinary", "formal", "unknown")
    }
    parts["after_hours_hours"] = (counted["after_hours_minutes"] / 60.0).where(informal, 0.0)
    rows = pd.DataFrame(
        {"person_id": counted["actor_id"], "week": counted["week"], **parts, "act_count": 1}
    )
    return rows.groupby(PERSON, observed=True, as_index=False).sum()


def _funded(mandates: pd.DataFrame, present: pd.DataFrame) -> pd.DataFrame:
    duties = mandates[
        (mandates["superseded_at"] == NEVER)
        & (mandates["holder_type"] == "person")
        & (mandates["mandate_kind"] == "delegated_duty")
        & mandates["compensated"].isin(["time", "pay"])
    ]
    duties = duties[["holder_id", "valid_from", "valid_to"]].assign(
        funded_hours=duties["time_budget_hours_week"].astype(float).fillna(168.0)
    )
    rows = present[PERSON].merge(duties, left_on="person_id", right_on="holder_id")
    rows = rows[(rows["valid_from"] < rows["week"] + WEEK) & (rows["valid_to"] > rows["week"])]
    return rows.groupby(PERSON, observed=True, as_index=False)["funded_hours"].sum()
