"""Minutes of each act, one union of intervals per person, and what lies after hours."""

import numpy as np
import pandas as pd

from benchmarks.frames.register import Frames
from benchmarks.generated import COMPANY_ZONE
from models.metrics.cost import SHARED_MEAN
from models.metrics.intervals import SHARED_VARIANCE
from models.metrics.priors import PRIORS, STAMP, Z90
from models.working_time import DEFAULT_PATTERN

LAYERS = {"formal": 0, "deliberate": 1, "ordinary": 2, "informal": 3, "unknown": 4}
WEEK = 7 * 24 * 60


def costed(acts: pd.DataFrame, given: Frames) -> pd.DataFrame:
    """Judged acts with week, minutes and their bounds, credited and after-hours minutes."""
    timed = _with_local_time(_with_minutes(acts), given)
    timed["credited_minutes"] = 0.0
    counts = timed["minutes"].notna() & timed["actor_id"].notna()
    own = timed["is_moment_own"]
    timed.loc[counts & own, "credited_minutes"] = _union(timed[counts & own])
    landed = timed[counts & ~own]
    first = landed.groupby(["actor_id", "object_id", "kind"], observed=True)["act_id"]
    is_first = landed["act_id"] == first.transform("min")
    timed.loc[landed.index, "credited_minutes"] = landed["minutes"].where(is_first, 0.0)
    return _with_after_hours(timed, given)


def _with_minutes(acts: pd.DataFrame) -> pd.DataFrame:
    kind = acts["kind"].astype(str)
    is_stamp = acts["is_stamp"]
    priors = {
        name: kind.map({key: getattr(prior, name) for key, prior in PRIORS.items()}).mask(
            is_stamp, getattr(STAMP, name)
        )
        for name in ("median", "spread", "cap")
    }
    lines = acts["lines_changed"].fillna(24).clip(upper=400)
    items = acts["item_count"]
    review = 6.0 + lines / 6.7 + 2.5 * items.clip(upper=20)
    median = np.select(
        [(kind == "review") & ~is_stamp, (kind == "triage") & (items > 1), kind == "follow_up"],
        [review, 6.0 + 0.3 * items, priors["median"] + 3.0 * items],
        priors["median"],
    )
    spread, cap = priors["spread"].to_numpy(), priors["cap"].to_numpy()
    first, second = (_capped_moment(median, spread, cap, power) for power in (1.0, 2.0))
    total = np.sqrt(np.log(second) - 2.0 * np.log(first) + SHARED_VARIANCE)
    minutes = np.where(acts["exclusion"].isna(), first * SHARED_MEAN, np.nan)
    return acts.assign(
        minutes=minutes,
        minutes_low=minutes * np.exp(-Z90 * total - total * total / 2.0),
        minutes_high=minutes * np.exp(Z90 * total - total * total / 2.0),
    )


def _capped_moment(
    median: np.ndarray, spread: np.ndarray, cap: np.ndarray, power: float
) -> np.ndarray:
    mu = np.log(median)
    z = (np.log(cap) - mu) / spread
    below = np.exp(power * mu + power * power * spread * spread / 2.0)
    return below * _normal_cdf(z - power * spread) + cap**power * (1.0 - _normal_cdf(z))


def _normal_cdf(x: np.ndarray) -> np.ndarray:
    t = 1.0 / (1.0 + 0.2316419 * np.abs(x))
    poly = t * (
        0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429)))
    )
    tail = np.exp(-(x * x) / 2.0) / np.sqrt(2 * np.pi) * poly
    return np.where(x >= 0, 1.0 - tail, tail)


def _with_local_time(acts: pd.DataFrame, given: Frames) -> pd.DataFrame:
    zones = acts["time_zone"].astype(object).fillna(COMPANY_ZONE)
    acts = acts.assign(
        zone=zones.astype("category"),
        slot=acts["happened_at"].astype("int64") // 1_800_000_000,
        working_hours=acts["working_hours"].astype(object).fillna(DEFAULT_PATTERN),
    )
    acts = acts.merge(given["offsets"].astype({"zone": acts["zone"].dtype}), how="left")
    local = acts["happened_at"] + pd.to_timedelta(acts["offset_minutes"], unit="m")
    local = local.astype("datetime64[us]")
    monday = local.fillna(acts["happened_at"]).dt.normalize()
    monday = monday - pd.to_timedelta(monday.dt.dayofweek, unit="D")
    return acts.assign(local_at=local, week=monday).drop(columns=["slot", "offset_minutes", "zone"])


def _union(acts: pd.DataFrame) -> pd.Series:
    """Credited minutes: overlaps count once, and go to the first class of LAYERS."""
    who = ["actor_id", "week"]
    finish = acts["happened_at"].astype("int64") / 60e6
    spans = acts[["act_id", *who]].assign(
        finish=finish,
        start=finish - acts["minutes"],
        layer=acts["authority_class"].astype(str).map(LAYERS),
    )
    spans = spans.sort_values([*who, "start", "finish", "act_id"])
    by = spans.groupby(who, observed=True)
    spans["covered"] = by["finish"].cummax().groupby([spans[name] for name in who],
                                                     observed=True).shift()  # fmt: skip
    spans["session"] = (spans["covered"].isna() | (spans["covered"] <= spans["start"])).cumsum()
    layers = spans.groupby("session")["layer"]
    is_mixed = layers.transform("min") != layers.transform("max")
    plain = spans[~is_mixed]
    return pd.concat([_beyond(plain, plain["covered"]), _by_layer(spans[is_mixed])])


def _beyond(spans: pd.DataFrame, covered: pd.Series) -> pd.Series:
    begun = np.fmax(spans["start"], covered)
    return (spans["finish"] - begun).clip(lower=0.0)


def _added(spans: pd.DataFrame) -> pd.Series:
    """What each span adds to the union of its session."""
    before = spans.groupby("session")["finish"].cummax().groupby(spans["session"]).shift()
    return _beyond(spans, before)


def _by_layer(mixed: pd.DataFrame) -> pd.Series:
    parts = [pd.Series(dtype=float)]
    below = pd.Series(dtype=float)
    for layer in sorted(LAYERS.values()):
        nested = mixed[mixed["layer"] <= layer]
        up_to = _added(nested).groupby(nested["session"]).sum()
        ours = mixed[mixed["layer"] == layer]
        added, session = _added(ours), ours["session"]
        own = added.groupby(session).transform("sum")
        gained = session.map(up_to) - session.map(below).fillna(0.0)
        parts.append(added * gained / own)
        below = up_to
    return pd.concat(parts)


def _with_after_hours(acts: pd.DataFrame, given: Frames) -> pd.DataFrame:
    absences = given["absences"].rename(columns={"person_id": "actor_id"})
    away = acts[["act_no", "actor_id", "happened_at"]].merge(absences, on="actor_id")
    at = away["happened_at"]
    away = away.loc[(away["valid_from"] <= at) & (at < away["valid_to"]), "act_no"]
    local = acts["local_at"]
    minute = local.dt.dayofweek * 1440 + local.dt.hour * 60 + local.dt.minute
    length = acts["minutes"].fillna(0.0).round().astype("int64")
    holidays = given["holiday_dates"].astype({"location": object}).rename(columns={"on": "day"})
    holidays["day"] = pd.to_datetime(holidays["day"]).astype("datetime64[us]")
    days = pd.DataFrame({"location": acts["location"].astype(object), "day": local.dt.normalize()})
    is_off = days.merge(holidays.drop_duplicates().assign(is_off=True), how="left")["is_off"]
    is_free = is_off.notna().to_numpy() | acts["act_no"].isin(away).to_numpy()
    table = given["minutes_of_week"].astype({"working_hours": object})
    table = table.set_index(["working_hours", "minute"])

    def looked_up(column: str, minutes: pd.Series) -> np.ndarray:
        keys = pd.MultiIndex.from_arrays([acts["working_hours"], minutes])
        return table[column].reindex(keys).to_numpy()

    ends, starts = (
        looked_up("worked_before", moment) for moment in (minute, (minute - length) % WEEK)
    )
    whole = looked_up("worked_before", pd.Series(WEEK, index=acts.index))
    worked = ends - starts + np.where(minute < length, whole, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share_off = np.clip(1.0 - worked / length.to_numpy(), 0.0, 1.0)
    outside = np.where(is_free, 1.0, np.where(length == 0, 0.0, share_off))
    has_clock = acts["is_moment_own"] & acts["actor_id"].notna()
    after = is_free | ~looked_up("is_working", minute).astype(bool)
    return acts.assign(
        is_after_hours=pd.Series(after, index=acts.index).astype("boolean").where(has_clock),
        after_hours_minutes=np.where(has_clock, acts["credited_minutes"] * outside, 0.0),
    )
