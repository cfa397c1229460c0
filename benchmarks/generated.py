"""A made-up company and a year of its acts, as many as asked for, the same for the same seed.

Tables have the shape of the lake's (`models.tables`), one Parquet file each. The register is in
`benchmarks.company`; here are the acts: kinds, scope chains of one to three components and their
project, batches and machines ruled out, accounts of nobody, meetings with several people. Requests
and windows are empty, and there is no own work besides acts. Nothing here resembles a real company.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.company import TEAM, Company, chain_pool, company, register
from models.tables.acts import ActsSchema, ActTargetsSchema
from models.weeks import offsets
from models.working_time import DEFAULT_PATTERN, WAITING_PATTERN, holiday_dates, minutes_of_week

VERSION = 3  # raise when the same parameters give other rows
WEEKS = 52
FIRST_WEEK = date(2025, 1, 6)
START = datetime(2025, 1, 6, tzinfo=UTC)
END = START + timedelta(weeks=WEEKS)
LAST_WEEK = FIRST_WEEK + timedelta(weeks=WEEKS - 1)
SMALLEST_GROUP = 5
ACTS_A_PERSON = 2000
FEWEST_PEOPLE = 64
COMPANY_ZONE = "Europe/Berlin"
LOCATIONS = {"berlin": "DE-BE", "austin": "US-TX"}
HOUR_US = 3_600_000_000

KIND_SHARES = {
    "review": 0.36, "merge": 0.20, "answer": 0.08, "assign": 0.08, "triage": 0.06, "remind": 0.05,
    "request_review": 0.04, "reassign": 0.03, "decide": 0.02, "convene": 0.02, "endorse": 0.02,
    "follow_up": 0.015, "onboard": 0.01, "hand_off": 0.005, "escalate": 0.004, "set_agenda": 0.004,
    "command": 0.002,
}  # fmt: skip
OBJECT_KINDS = {"review": "commit", "merge": "commit", "convene": "meeting"}
RANDOM_ID = 11_400_714_819_323_198_485  # odd, so that multiples of it are distinct in 64 bits


@dataclass(frozen=True)
class Generated:
    """Where the files are, and how many acts and people are in them."""

    folder: Path
    rows: int
    people: int
    seed: int

    def scan(self, name: str) -> pl.LazyFrame:
        """One table."""
        return pl.scan_parquet(self.folder / f"{name}.parquet")


def generated(rows: int, folder: Path, seed: int = 7) -> Generated:
    """The files for these parameters under `folder`; those of an earlier call are used again."""
    people = max(FEWEST_PEOPLE, rows // ACTS_A_PERSON)
    home = folder / f"{rows}-acts-seed-{seed}-v{VERSION}"
    made = Generated(home, rows, people, seed)
    stamp = home / "parameters.json"
    if stamp.exists():
        return made
    home.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng([seed, rows])
    firm = company(people, random, START, END)
    tables = {**register(firm, random), **_calendars(), **_acts(rows, firm, random)}
    for name, frame in tables.items():
        frame.write_parquet(home / f"{name}.parquet", compression="zstd", compression_level=1)
    parameters = {key: str(value) for key, value in asdict(made).items() if key != "folder"}
    stamp.write_text(json.dumps(parameters))
    return made


def _calendars() -> dict[str, pl.DataFrame]:
    """Zones, patterns, holidays and what was read, which are given to all programs alike."""
    zones = [COMPANY_ZONE, *(zone for zone in Company.zones if zone)]
    margin = timedelta(days=8)
    patterns = [DEFAULT_PATTERN, WAITING_PATTERN, *(p for p in Company.patterns if p)]
    weeks = [FIRST_WEEK + timedelta(weeks=n) for n in range(WEEKS)]
    return {
        "offsets": offsets(zones, START - margin, END + margin).collect(),
        "minutes_of_week": minutes_of_week(patterns).collect(),
        "holiday_dates": holiday_dates(LOCATIONS, [START.year, END.year]),
        "coverage": pl.DataFrame(
            {
                "source": ["code"] * WEEKS,
                "week": weeks,
                "records": [None if n == WEEKS // 2 else 1 for n in range(WEEKS)],
                "last_sync_at": [END] * WEEKS,
                "is_complete": [n != WEEKS // 2 for n in range(WEEKS)],
                "problem": pl.Series([None] * WEEKS, dtype=pl.String),
            }
        ).with_columns(pl.col("last_sync_at").cast(pl.Datetime("us", "UTC"))),
    }


def _acts(rows: int, firm: Company, random: np.random.Generator) -> dict[str, pl.DataFrame]:
    kinds = list(KIND_SHARES)
    shares = np.array([KIND_SHARES[kind] for kind in kinds])
    kind = random.choice(len(kinds), rows, p=shares / shares.sum()).astype(np.int8)
    people = len(firm.team)
    leaning = random.lognormal(0.0, 0.5, people)
    actor = random.choice(people, rows, p=leaning / leaning.sum())
    mate = firm.team[actor] * TEAM + (actor + random.integers(1, TEAM, rows)) % TEAM
    near = _department(firm, actor, random) * TEAM + random.integers(0, TEAM, rows)
    reach = random.random(rows)
    target = np.where(reach < 0.75, mate, np.where(reach < 0.95, near, actor * 7 + near)) % people
    chains = chain_pool(firm, random)
    is_home = random.random(rows) < 0.7
    place = np.where(is_home, firm.team[actor], _department(firm, actor, random))
    chain = place * chains.a_team + random.integers(0, chains.a_team, rows)
    drawn = random.random((4, rows), dtype=np.float32)
    frame = pl.DataFrame(
        {
            "number": pl.Series(np.arange(1, rows + 1, dtype=np.uint64) * np.uint64(RANDOM_ID)),
            "happened_at": pl.Series(_moments(actor, firm, random)).cast(pl.Datetime("us", "UTC")),
            "kind": pl.Series(kinds)[kind],
            "actor": actor.astype(np.int32),
            "target": target.astype(np.int32),
            "object": random.integers(0, max(rows // 2, 1), rows),
            "chain": chain.astype(np.int32),
            "lines": random.lognormal(3.4, 1.3, rows).astype(np.int64),
            "items": random.poisson(0.8, rows).astype(np.int64),
            "size": random.integers(3, 7, rows),
            **{f"drawn_{n}": drawn[n] for n in range(4)},
        }
    )
    acts = _ledger(frame, chains.frame).sort("happened_at", "act_id")
    return {"acts": acts.drop("size"), "group_targets": _group_targets(acts, people, random)}


def _department(firm: Company, actor: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """For each actor some team of the same department, of eight teams; people rarely go beyond."""
    first = firm.team[actor] // TEAM * TEAM
    return np.minimum(first + random.integers(0, TEAM, len(actor)), firm.teams - 1)


def _moments(actor: np.ndarray, firm: Company, random: np.random.Generator) -> np.ndarray:
    """Microseconds since 1970: mostly working days and hours of the actor's zone."""
    rows = len(actor)
    week = random.integers(0, WEEKS, rows)
    is_weekday = random.random(rows) < 0.94
    day = np.where(is_weekday, random.integers(0, 5, rows), random.integers(5, 7, rows))
    seconds = np.clip(random.normal(13.2, 3.0, rows) * 3600, 0, 86_399).astype(np.int64)
    local = (week * 7 + day) * 86_400 + seconds - firm.offset_hours[actor] * 3600
    inside = np.clip(local.astype(np.int64), 12 * 3600, WEEKS * 7 * 86_400 - 12 * 3600)
    return int(START.timestamp()) * 1_000_000 + inside * 1_000_000


def _ledger(frame: pl.DataFrame, chains: pl.DataFrame) -> pl.DataFrame:
    """The shape of the act ledger, with `size` (people led by an act for several)."""
    kind = pl.col("kind")
    is_nobody = pl.col("drawn_0") < 0.01
    is_several = kind == "convene"
    is_untargeted = (pl.col("drawn_1") < 0.04) | (kind == "set_agenda")
    is_targeted = ~is_several & ~is_untargeted
    is_self = is_targeted & (pl.col("actor") == pl.col("target"))
    person = pl.concat_str(pl.lit("p"), pl.col("actor").cast(pl.String).str.zfill(6))
    led = pl.concat_str(pl.lit("p"), pl.col("target").cast(pl.String).str.zfill(6))
    moment = pl.col("happened_at")
    return (
        frame.lazy()
        .join(chains.lazy(), on="chain")
        .select(
            act_id=pl.concat_str("number", pl.lit("-"), kind),
            happened_at=moment,
            utc_week=moment.dt.truncate("1w").dt.date(),
            kind=kind,
            actor_id=pl.when(~is_nobody).then(person),
            target_id=pl.when(is_targeted).then(led),
            target_count=pl.when(is_several)
            .then("size")
            .otherwise(is_targeted.cast(pl.Int64))
            .cast(pl.Int64),
            object_kind=kind.replace_strict(OBJECT_KINDS, default="ticket"),
            object_id=pl.concat_str(pl.lit("o"), pl.col("object").cast(pl.String).str.zfill(9)),
            scope_type="scope_type",
            scope_id="scope_id",
            scope_chain="scope_chain",
            identity_confidence=pl.when(pl.col("drawn_2") < 0.75)
            .then(1.0)
            .when(pl.col("drawn_2") < 0.95)
            .then(0.9)
            .when(pl.col("drawn_2") < 0.99)
            .then(0.7)
            .otherwise(0.5),
            exclusion=pl.when(pl.col("drawn_3") < 0.02)
            .then(pl.lit("bot"))
            .when(pl.col("drawn_3") < 0.04)
            .then(pl.lit("batch"))
            .when(is_self & ~is_nobody)
            .then(pl.lit("self")),
            is_moment_own=(kind != "review") | (pl.col("drawn_1") > 0.30),
            is_handoff=pl.lit(value=False),
            is_stamp=(kind == "review") & (pl.col("items") == 0) & (pl.col("drawn_1") > 0.90),
            lines_changed=pl.when((kind == "review") & (pl.col("drawn_2") > 0.05)).then("lines"),
            item_count="items",
            source=pl.lit("code"),
            size="size",
        )
        .select(*ActsSchema.column_names(), "size")
        .collect(engine="streaming")
    )


def _group_targets(acts: pl.DataFrame, people: int, random: np.random.Generator) -> pl.DataFrame:
    """The people led by each act for several: target_count neighbours of a random person."""
    several = acts.filter(pl.col("target_count") > 1).select("act_id", "utc_week", "target_count")
    first = random.integers(0, people, several.height)
    member = (pl.col("first") + pl.col("step")) % people
    return (
        several.with_columns(first=pl.Series(first), step=pl.int_ranges(0, "target_count"))
        .explode("step")
        .select(
            "act_id",
            "utc_week",
            target_id=pl.concat_str(pl.lit("p"), member.cast(pl.String).str.zfill(6)),
        )
        .select(ActTargetsSchema.column_names())
    )
