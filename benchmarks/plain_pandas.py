"""The same tables by pandas, the ordinary way: merges, groupby, and no loop over rows.

`python -m benchmarks.plain_pandas DATA FLOORS OUT` writes one DuckDB file. Left out are the rules
on requests and windows, of which the generated data has none, and own work; the noise floors of
the Gini are given, as they are random draws. Constants of the effort model come from the product.
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.frames import effort, people, places, register, rules
from benchmarks.frames.read import Reader, write
from models.authority.rulings import CLASSES
from models.metrics.intervals import SHARED_VARIANCE
from models.metrics.priors import Z90
from models.tables.mart import ACTS

GIVEN = (
    "acts", "people", "teams", "reporting_lines", "mandates", "delegations", "agreements",
    "scopes", "rotas", "absences", "objections", "no_owner", "offsets", "minutes_of_week",
    "holiday_dates", "coverage",
)  # fmt: skip
ORDER = {
    "acts": ["week", "act_id"],
    "act_targets": ["act_id", "target_id"],
    "person_weeks": ["week", "person_id"],
    "team_weeks": ["week", "team_id"],
    "areas": ["week", "scope_type", "scope_id"],
    "lead_ties": ["week", "actor_id", "target_id"],
}


def run(data: Path, floors: Path, out: Path) -> None:
    """Writes the file `out`."""
    reader = Reader(data)
    given = {name: reader.read(name) for name in GIVEN}
    given["acts"]["act_no"] = np.arange(len(given["acts"]))
    targets = _act_targets(given["acts"], reader.read("group_targets"))
    seen = places.traces(given["acts"])
    records = register.records(given)
    stand_ins = register.deputies(records)
    holdings = register.holdings(records, stand_ins)
    known = {
        **given,
        "lines": register.lines(given, stand_ins),
        "holdings": holdings,
        "chains": register.chains(given),
        "traces": register.seen_in_wider_scopes(given, seen, holdings),
        "act_targets": targets[["act_no", "target_id"]],
    }
    acts = effort.costed(_judged(_placed(given["acts"], given["people"], targets), known), given)
    ratio = np.log(acts["minutes_high"] / acts["minutes_low"]) / (2.0 * Z90)
    own = np.exp((ratio * ratio - SHARED_VARIANCE).clip(lower=0.0)) - 1.0
    acts["variance"] = own * acts["credited_minutes"] ** 2
    grades = people.register_weeks(acts)
    present = people.present_weeks(acts, given)
    hidden = people.hidden_minutes(acts, present)
    tables = {
        "person_weeks": people.person_weeks(acts, present, hidden, grades, given["mandates"]),
        "team_weeks": places.team_weeks(
            acts, present, hidden, grades, reader.file(floors), given["coverage"]
        ),
        "areas": places.areas(places.people_areas(seen), holdings),
        "lead_ties": places.lead_ties(acts),
        "acts": acts.assign(evidence_url=pd.Series(None, index=acts.index, dtype=str))[
            ACTS.columns
        ],
        "act_targets": targets[["act_id", "target_id"]],
    }
    shown = places.without_objectors(tables, given)
    write({name: shown[name].sort_values(order) for name, order in ORDER.items()}, out)


def _act_targets(acts: pd.DataFrame, several: pd.DataFrame) -> pd.DataFrame:
    names = ["act_no", "act_id", "target_id"]
    more = several.merge(acts[["act_no", "act_id"]], on="act_id")
    return pd.concat([acts.loc[acts["target_id"].notna(), names], more[names]])


def _placed(acts: pd.DataFrame, people: pd.DataFrame, led: pd.DataFrame) -> pd.DataFrame:
    """Acts with the team of actor and targets then, and the actor's calendar."""

    def then(person: str, names: list[str]) -> pd.DataFrame:
        stays = people.rename(columns={"person_id": person})
        rows = acts[["act_no", person, "happened_at"]].merge(stays, on=person)
        return rules.holds(rows)[["act_no", *names]]

    actors = then("actor_id", ["team_id", "time_zone", "working_hours", "location"])
    moments = led[["act_no", "target_id"]].merge(
        acts[["act_no", "happened_at", "target_count"]], on="act_no"
    )
    stays = people.dropna(subset="team_id").rename(columns={"person_id": "target_id"})
    led_then = rules.holds(moments.merge(stays, on="target_id"))
    teams = led_then.groupby("act_no").agg(
        target_team_id=("team_id", "first"), placed=("team_id", "size"),
        teams=("team_id", "nunique"), target_count=("target_count", "first"),
    )  # fmt: skip
    is_common = (teams["placed"] >= teams["target_count"]) & (teams["teams"] == 1)
    targets = teams.loc[is_common, ["target_team_id"]].reset_index()
    return acts.merge(actors, on="act_no", how="left").merge(targets, on="act_no", how="left")


def _judged(acts: pd.DataFrame, known: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Acts with both judgements and the one that counts."""
    counted = acts[acts["exclusion"].isna()]
    human = counted[counted["actor_id"].notna()]
    duties = counted[["scope_chain", "kind"]].drop_duplicates()
    now = rules.as_now(known)
    decided, holders = rules.judged(human, duties, now)
    late = rules.concerned(human, known)
    decided_then, _ = rules.judged(late, duties, rules.as_known(known))
    found = acts["act_no"].isin(rules.resolved(counted, holders, now))
    today = _with_the_rest(acts, decided)
    then = _with_the_rest(acts, decided_then)
    is_late = acts["act_no"].isin(late["act_no"])
    as_known = then["authority"].where(is_late, today["authority"])
    takes_known = as_known != today["authority"]
    authority = today["authority"].where(~takes_known, as_known)
    return acts.assign(
        is_scope_resolved=found,
        is_stale=today["is_stale"].eq(True),
        authority_as_now=today["authority"],
        authority_as_known=as_known,
        is_recorded_late=takes_known,
        authority=authority,
        rule=today["rule"].where(~takes_known, then["rule"]),
        confidence=today["confidence"].where(~takes_known, then["confidence"]),
        authority_class=authority.map(CLASSES),
    )


def _with_the_rest(acts: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """Decisions in the order of the acts, with rules 0 and 9."""
    rows = decided.reindex(acts["act_no"]).set_axis(acts.index)
    confidence = acts["identity_confidence"] * rows["scope_confidence"].fillna(1.0)
    is_excluded, is_nobody = acts["exclusion"].notna(), acts["actor_id"].isna()
    is_open, is_unsure = rows["authority"].isna(), confidence < 0.6
    reasons = "0 " + acts["exclusion"].astype(object)
    cases = [is_excluded, is_nobody, is_open, is_unsure]
    said = [reasons, "9 nobody", "9 no_register", "9 confidence"]
    names = ["excluded", "unknown", "unknown", "unknown"]
    return rows.assign(
        confidence=confidence,
        rule=np.select(cases, said, rows["rule"].astype(object)),
        authority=np.select(cases, names, rows["authority"].astype(object)),
    )


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
