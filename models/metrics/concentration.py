"""Hours of a team and week, and whether one person carries what is informal (METHOD 5).

Small counts look concentrated by chance: eight people with the same true rate and three acts each
show a Gini of 0.33. So the Gini of a team's informal acts over 8 weeks is compared with what
people of equal leaning would show.
"""

import numpy as np
import polars as pl

from models.division import divided
from models.metrics.intervals import high, low, team_square
from models.metrics.sums import total
from models.metrics.windows import trailing
from models.settled import settled
from models.tables.metrics import TeamWeeksSchema

WEEKS = 8
FEWEST_PEOPLE = 5
FEWEST_ACTS = 20
DRAWS = 2000
NATURAL_SPREAD = 0.35  # METHOD 0.6: log spread of rates among people of the same kind
SEED = 20260101
EVERYBODY = ""  # stands for all people together, with a team or without
GRID = [20, 23, 27, 32, 38, 45, 54, 64, 80, 100, 130, 180, 260, 400, 700, 1500, 4000, 20000]


def team_weeks(
    acts: pl.LazyFrame,
    *,
    present_weeks: pl.LazyFrame,
    hidden_minutes: pl.LazyFrame,
    register_weeks: pl.LazyFrame,
    coverage: pl.LazyFrame,
) -> pl.LazyFrame:
    """Load of each team and week, and of everybody together, in the shape of metrics.team_weeks.

    Null where not observed. Who is not observed counts in people_count and in nothing else. The
    row of everybody has no concentration, which is asked of teams; it stands in each week that
    was to be read, so that one read whole in which nobody did anything is 0 and not a gap.
    """
    key = ["team_id", "week"]
    members = present_weeks.filter(pl.col("team_id").is_not_null())
    observed = settled(present_weeks.filter("is_observed"))
    hidden = settled(hidden_minutes.join(observed, on=["person_id", "week"], how="semi"))
    unseen = present_weeks.filter(~pl.col("is_observed")).select("week", actor_id="person_id")
    teams = members.group_by(key).agg(
        people_count=pl.len().cast(pl.Int64), is_observed=pl.col("is_observed").any()
    )
    rows = (
        pl.concat([teams, _everybody(present_weeks, coverage)])
        .join(_hours(_and_together(hidden)), on=key, how="left")
        .join(_shares(acts, unseen), on=key, how="left")
        .join(
            _concentration(hidden, observed.filter(pl.col("team_id").is_not_null())),
            on=key,
            how="left",
        )
        .join(register_weeks.select(*key, evidence_grade="grade"), on=key, how="left")
    )
    zero = ["hidden_hours", "hidden_hours_low", "hidden_hours_high", "act_count"]
    return (
        rows.with_columns(pl.col(zero).fill_null(0))
        .with_columns(
            pl.when("is_observed").then(pl.col(name)).alias(name)
            for name in [*zero, "top_share", "gini_excess", "informal_share"]
        )
        .select(TeamWeeksSchema.column_names())
    )


def _everybody(present_weeks: pl.LazyFrame, coverage: pl.LazyFrame) -> pl.LazyFrame:
    """The rows of everybody: one in each week that was to be read."""
    counts = present_weeks.group_by("week").agg(people_count=pl.len().cast(pl.Int64))
    return (
        coverage.group_by("week")
        .agg(is_observed=pl.col("is_complete").all())
        .join(counts, on="week", how="left")
        .select(
            pl.lit(EVERYBODY).alias("team_id"),
            "week",
            pl.col("people_count").fill_null(0),
            "is_observed",
        )
    )


def _and_together(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of people in teams, and all rows once more as everybody's."""
    together = rows.with_columns(team_id=pl.lit(EVERYBODY))
    return pl.concat([rows.filter(pl.col("team_id").is_not_null()), together])


def _hours(cells: pl.LazyFrame) -> pl.LazyFrame:
    key = ["team_id", "week"]
    cells = cells.with_columns(desk=pl.col("minutes") - pl.col("held_minutes"))
    by_person = cells.group_by(*key, "person_id").agg(desk=total("desk"))
    by_kind = cells.group_by(*key, "kind").agg(desk=total("desk"))
    squares = total(pl.col("desk") ** 2)
    sums = (
        cells.group_by(key)
        .agg(
            total=total("minutes"),
            held=total("held_minutes"),
            cells_squared=squares,
            variance=total("variance"),
        )
        .join(by_person.group_by(key).agg(people_squared=squares), on=key)
        .join(by_kind.group_by(key).agg(kinds_squared=squares), on=key)
    )
    square = team_square(
        "total", "held", "people_squared", "kinds_squared", "cells_squared", "variance"
    )
    return sums.select(
        *key,
        hidden_hours=divided(pl.col("total"), 60.0),
        hidden_hours_low=divided(low("total", square), 60.0),
        hidden_hours_high=divided(high("total", square), 60.0),
    )


def _shares(acts: pl.LazyFrame, unseen: pl.LazyFrame) -> pl.LazyFrame:
    known = pl.col("authority_class") != "unknown"
    informal = pl.col("authority_class") == "informal"
    by_person = (
        acts.filter(pl.col("exclusion").is_null(), pl.col("actor_id").is_not_null())
        .group_by("team_id", "actor_id", "week")
        .agg(
            act_count=pl.len().cast(pl.Int64),
            known=known.cast(pl.Int64).sum(),
            informal=informal.cast(pl.Int64).sum(),
        )
        .join(unseen, on=["actor_id", "week"], how="anti")
    )
    return (
        _and_together(settled(by_person))
        .group_by("team_id", "week")
        .agg(pl.col("act_count", "known", "informal").sum())
        .select(
            "team_id",
            "week",
            "act_count",
            informal_share=pl.when(pl.col("known") > 0).then(pl.col("informal") / pl.col("known")),
        )
    )


def _concentration(hidden_minutes: pl.LazyFrame, members: pl.LazyFrame) -> pl.LazyFrame:
    """team_id, week, top_share and gini_excess over 8 weeks, where people and acts are enough."""
    person = ["team_id", "person_id", "week"]
    # `members` are those observed: who is not has no acts, and must not look like one without.
    counts = trailing(
        hidden_minutes.filter(pl.col("team_id").is_not_null()),
        WEEKS,
        ["team_id", "person_id"],
        counts=["informal_act_count"],
    )
    days = trailing(
        members.with_columns(pl.col("present_days").fill_null(5.0)),
        WEEKS,
        ["team_id", "person_id"],
        quantities=["present_days"],
    )
    people = (
        members.select(person)
        .join(counts, on=person, how="left")
        .join(days, on=person, how="left")
        .with_columns(pl.col("informal_act_count").fill_null(0))
    )
    teams = (
        people.sort(*person)
        .group_by("team_id", "week", maintain_order=True)
        .agg(
            counts=pl.col("informal_act_count").sort(),
            exposures=(divided(pl.col("present_days"), 10.0).round() * 2.0).clip(1.0).sort(),
            acts=pl.col("informal_act_count").sum(),
            n=pl.len().cast(pl.Int64),
        )
        .filter(pl.col("n") >= FEWEST_PEOPLE, pl.col("acts") >= FEWEST_ACTS)
    )
    n = pl.col("n").cast(pl.Float64)
    place = pl.int_ranges(1, pl.col("n") + 1)
    gini = (
        (
            (2.0 * (pl.col("counts") * place).list.sum().cast(pl.Float64))
            / (n * pl.col("acts").cast(pl.Float64))
            - (n + 1.0) / n
        )
        * n
        / (n - 1.0)
    )
    return teams.with_columns(gini=gini, noise=_noise_floor()).select(
        "team_id",
        "week",
        top_share=pl.col("counts").list.max() / pl.col("acts"),
        gini_excess=(pl.col("gini") - pl.col("noise")) / (1.0 - pl.col("noise")),
    )


def _noise_floor() -> pl.Expr:
    """Mean Gini of as many acts among people of equal leaning, by exposure; reads the team row."""
    return pl.struct("exposures", "acts").map_batches(_noise_floors, return_dtype=pl.Float64)


def _noise_floors(teams: pl.Series) -> pl.Series:
    """The floor at each team's count of acts, between those of the counts below and above in GRID.

    The floor falls smoothly with the count, so it is drawn at a few counts only.
    """
    rows = teams.struct.unnest().with_columns(
        key=pl.col("exposures").cast(pl.List(pl.Int64)).cast(pl.List(pl.String)).list.join(","),
        acts=pl.col("acts").clip(upper_bound=GRID[-1]),
    )
    place = pl.Series(GRID).search_sorted(rows["acts"], side="right").cast(pl.Int64) - 1
    grid = pl.DataFrame({"place": range(len(GRID) - 1), "below": GRID[:-1], "above": GRID[1:]})
    rows = rows.with_columns(place=place.clip(0, len(GRID) - 2)).join(
        grid, on="place", how="left", maintain_order="left"
    )
    needed = pl.concat([rows.select("key", acts=pl.col(end)) for end in ("below", "above")])
    floors = needed.unique().sort("key", "acts")
    floors = floors.with_columns(
        floor=pl.Series(
            [
                noise_floor(np.array([float(part) for part in key.split(",")]), acts)
                for key, acts in floors.iter_rows()
            ],
            dtype=pl.Float64,
        )
    )
    for end in ("below", "above"):
        rows = rows.join(
            floors.rename({"acts": end, "floor": f"{end}_floor"}),
            on=["key", end],
            how="left",
            maintain_order="left",
        )
    share = (pl.col("acts") - pl.col("below")) / (pl.col("above") - pl.col("below"))
    return rows.select(
        noise=pl.col("below_floor") + share * (pl.col("above_floor") - pl.col("below_floor"))
    )["noise"]


def noise_floor(exposures: np.ndarray, acts: int) -> float:
    """Mean corrected Gini of `acts` acts among people who differ only by exposure and by chance.

    2,000 draws, the same for the same arguments. Rates vary by the natural spread, which is the
    overdispersion of the multinomial. Source: METHOD 5, concentration.
    """
    people = len(exposures)
    random = np.random.default_rng([SEED, people, acts, int(exposures.sum())])
    rates = exposures * np.exp(random.normal(0.0, NATURAL_SPREAD, size=(DRAWS, people)))
    counts = random.multinomial(acts, rates / rates.sum(axis=1, keepdims=True))
    ordered = np.sort(counts, axis=1)
    weighted = (ordered * np.arange(1, people + 1)).sum(axis=1)
    gini = 2.0 * weighted / (people * acts) - (people + 1) / people
    return float((gini * people / (people - 1)).mean())
