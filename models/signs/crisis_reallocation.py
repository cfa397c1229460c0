"""S4: who moves work in a crisis, outside recorded roles and without those who hold them.

Source: METHOD 6.1 S4.
"""

import polars as pl

from models.settled import settled
from models.signs import words
from models.signs.attended import attended
from models.signs.company import Company
from models.signs.proportions import exceeds, interval, least_exceeding
from models.signs.shape import EMERGING, NOT_ASSESSABLE, evidence, findings
from models.signs.windows import declared, surges, with_team

CODE = "S4"
KINDS = ("assign", "reassign")
# Asking the owner (rule 5a) and hand-offs of the workflow move nothing out of order, and what is
# unknown counts nowhere.
CLASSES = ("formal", "deliberate", "informal")
BASELINE_WEEKS = 8
FEWEST_ACTS = 8
FEWEST_PEOPLE = 2
SURE = 0.95
LEADS_SHARE, LEADS_ACTS = 0.5, 5  # METHOD 7, move 2: from here on a finding names who


def crisis_reallocation(company: Company) -> pl.LazyFrame:
    """Windows in which far more hand-outs than before were informal and had no holder's input.

    The share is of all hand-outs and moves of work in the team that the window's scope belongs to,
    or in the scope itself where it has no team; the one before is of the eight weeks before. Never
    more than emerging, as it is of one event. Names a person who made at least 5 and half of those.
    """
    windows = settled(_with_unit(pl.concat([declared(company), surges(company)]), company))
    placed = company.in_scopes(_handed_out(company), "happened_at").rename(
        {"in_type": "unit_type", "in_id": "unit_id"}
    )
    about = windows.join(placed, on=["unit_type", "unit_id"]).filter(
        pl.col("happened_at") < pl.col("ends_at"),
        pl.col("happened_at") >= pl.col("starts_at") - pl.duration(weeks=BASELINE_WEEKS),
    )
    seen = settled(_with_input(settled(about), company))
    counted = windows.join(_counts(seen), on=WINDOW, how="left").with_columns(
        pl.col(name).fill_null(0) for name in COUNTS
    )
    measured = settled(counted.with_columns(_measures()).unnest("measures"))
    return findings(
        pl.concat([_met(measured), _too_few(measured)], how="diagonal"), CODE, unit="share"
    )


WINDOW = ["scope_type", "scope_id", "window_kind", "window_start"]
COUNTS = ["act_count", "informal_count", "people_count", "before_count", "before_informal_count"]


def _with_unit(windows: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Windows of the weeks asked for, with team_id and whose hand-outs count, unit_type and id."""
    asked = windows.filter(pl.col("week").is_in(company.weeks))
    return with_team(asked, company).with_columns(
        unit_type=pl.when(pl.col("team_id").is_null()).then("scope_type").otherwise(pl.lit("team")),
        unit_id=pl.coalesce("team_id", "scope_id"),
    )


def _handed_out(company: Company) -> pl.LazyFrame:
    return company.acts.filter(
        pl.col("kind").is_in(KINDS),
        pl.col("exclusion").is_null(),
        pl.col("actor_id").is_not_null(),
        pl.col("authority_class").is_in(CLASSES),
    ).select(
        "act_id", "kind", "happened_at", "actor_id", "target_id", "object_id", "scope_chain",
        "authority_class",
    )  # fmt: skip


def _with_input(handed: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Hand-outs with is_counted: informal, and nobody who holds it or line manager gave input."""
    asked = ["act_id", "kind", "happened_at", "actor_id", "target_id", "object_id", "scope_chain"]
    informal = settled(
        handed.filter(pl.col("authority_class") == "informal").select(asked).unique()
    )
    input_ = attended(informal, company).select("act_id", is_attended=pl.lit(value=True))
    return handed.join(input_, on="act_id", how="left").with_columns(
        is_counted=(pl.col("authority_class") == "informal") & pl.col("is_attended").is_null()
    )


def _counts(seen: pl.LazyFrame) -> pl.LazyFrame:
    """Hand-outs of each window and of the eight weeks before it, and who made most of those."""
    inside = seen.filter(pl.col("happened_at") >= pl.col("starts_at"))
    before = seen.filter(pl.col("happened_at") < pl.col("starts_at"))
    counted = pl.col("is_counted")
    now = inside.group_by(WINDOW).agg(
        act_count=pl.len().cast(pl.Int64),
        informal_count=counted.cast(pl.Int64).sum(),
        people_count=pl.col("target_id").filter(counted).drop_nulls().n_unique().cast(pl.Int64),
        evidence=evidence("act", "act_id"),
    )
    then = before.group_by(WINDOW).agg(
        before_count=pl.len().cast(pl.Int64), before_informal_count=counted.cast(pl.Int64).sum()
    )
    leads = (
        inside.filter("is_counted")
        .group_by(*WINDOW, "actor_id")
        .agg(own_count=pl.len().cast(pl.Int64))
        .filter(pl.col("own_count") >= LEADS_ACTS)
        .filter(pl.col("own_count") == pl.col("own_count").max().over(WINDOW))
        .filter(pl.len().over(WINDOW) == 1)
        .rename({"actor_id": "person_id"})
    )
    return (
        now.join(then, on=WINDOW, how="left")
        .join(leads, on=WINDOW, how="left")
        .with_columns(
            person_id=pl.when(pl.col("own_count") >= LEADS_SHARE * pl.col("informal_count")).then(
                "person_id"
            )
        )
    )


def _measures() -> pl.Expr:
    """Value with its interval, how sure it is that it is more, and threshold."""
    return (
        pl.struct(COUNTS)
        .map_batches(
            lambda rows: pl.Series([_measured(row) for row in rows], dtype=MEASURES),
            return_dtype=MEASURES,
        )
        .alias("measures")
    )


MEASURES = pl.Struct(
    dict.fromkeys(["value", "value_low", "value_high", "sure", "threshold"], pl.Float64())
)


def _measured(row: dict[str, int]) -> dict[str, float | None]:
    count, informal = row["act_count"], row["informal_count"]
    if count < FEWEST_ACTS:
        return dict.fromkeys(MEASURES.to_schema(), None)
    before = row["before_informal_count"], row["before_count"]
    low, high = interval(informal, count)
    return {
        "value": informal / count,
        "value_low": low,
        "value_high": high,
        "sure": exceeds(informal, count, *before),
        "threshold": least_exceeding(count, *before, SURE),
    }


def _met(measured: pl.LazyFrame) -> pl.LazyFrame:
    usual = (
        pl.when(pl.col("before_count") > 0)
        .then(
            pl.format(
                ", against {} of {} in the 8 weeks before",
                "before_informal_count",
                "before_count",
            )
        )
        .otherwise(pl.lit(", and none was seen in the 8 weeks before"))
    )
    who = pl.format(" {} made {} of them.", words.person("person_id"), "own_count")
    said = pl.format(
        "{}, traces show {} assignments around {}; {} of them, to {} people, recorded roles "
        "do not cover, and nobody who holds them took part ({} %; 90 % interval {} to {} %)",
        words.begun(words.days("window_start", "window_end")),
        "act_count",
        words.scope(),
        "informal_count",
        "people_count",
        words.percent("value"),
        words.percent("value_low"),
        words.percent("value_high"),
    )
    return measured.filter(
        pl.col("people_count") >= FEWEST_PEOPLE, pl.col("sure") > SURE
    ).with_columns(
        status=pl.lit(EMERGING),
        sentence=pl.concat_str(said, usual, pl.lit("."), pl.coalesce(who, pl.lit(""))),
    )


def _too_few(measured: pl.LazyFrame) -> pl.LazyFrame:
    """Declared windows that are over and had too few hand-outs to say anything."""
    few = measured.filter(
        pl.col("act_count") < FEWEST_ACTS, pl.col("window_kind") == "declared", "is_over"
    )
    return few.select(
        *WINDOW, "window_end", "week", "team_id", "act_count", "evidence",
        status=pl.lit(NOT_ASSESSABLE),
        sentence=pl.format(
            "Who moves work in a crisis is not assessable {}: {} around {}, 8 are needed.",
            words.days("window_start", "window_end"),
            words.counted("act_count", "assignment", "assignments"),
            words.scope(),
        ),
    )  # fmt: skip
