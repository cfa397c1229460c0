"""The one shape that all findings fill, and what keeps one from being said (METHOD 2.2, 6)."""

import hashlib

import polars as pl

from models.signs.company import Company
from models.tables.signs import FindingsSchema

GOOD_GRADES = ("A", "B")  # METHOD 6, evidence rule
EMERGING, ESTABLISHED, NOT_ASSESSABLE = "emerging", "established", "not_assessable"
MEASURED = ("value", "value_low", "value_high", "threshold")
TYPES = {name: column.dtype for name, column in FindingsSchema.columns().items()}
NOTHING = pl.lit([], dtype=pl.List(pl.String()))
NOT_SO = "A reader answered that this is not what happened; it counts for nothing."


def findings(rows: pl.LazyFrame, code: str, *, unit: str, part: str | None = None) -> pl.LazyFrame:
    """Rows of a sign in the shape of signs.findings; columns they lack are null.

    The id holds from night to night: it is made of the code, the scope, the kind of window and its
    first day, and of `part` where one window has several findings.
    """
    key = [
        "scope_type",
        "scope_id",
        "window_kind",
        "window_start",
        *([] if part is None else [part]),
    ]
    said = rows.with_columns(finding_id=digest(code, *key), code=pl.lit(code), unit=pl.lit(unit))
    names = said.collect_schema().names()
    lacking = {name: pl.lit(None, kind) for name, kind in TYPES.items() if name not in names}
    whole = said.with_columns(**lacking).with_columns(pl.col("evidence").fill_null(NOTHING))
    return whole.select(pl.col(name).cast(kind) for name, kind in TYPES.items())


def digest(prefix: str, *columns: str) -> pl.Expr:
    """`S4-` and twelve hex digits of SHA-256 over the columns: the same on every machine."""
    parts = [pl.lit(prefix), *(pl.col(name).cast(pl.String) for name in columns)]
    text = pl.concat_str(parts, separator="\0", ignore_nulls=True)
    return text.map_batches(
        lambda texts: pl.Series(
            [f"{prefix}-{hashlib.sha256(one.encode()).hexdigest()[:12]}" for one in texts],
            dtype=pl.String,
        ),
        return_dtype=pl.String,
    )


def evidence(kind: str, ids: str | pl.Expr) -> pl.Expr:
    """What a finding rests on, as `act:1f3a`, of all ids of a group, in order."""
    column = pl.col(ids) if isinstance(ids, str) else ids
    return pl.concat_str(pl.lit(f"{kind}:"), column.drop_nulls().unique().sort())


def gated(found: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Findings that a register worse than B cannot carry become not assessable, and say so.

    The grade is that of the team in that week, of all acts where the team has none.
    """
    grades = company.register_weeks.select("team_id", "week", "grade")
    everybody = grades.filter(pl.col("team_id") == "").select("week", all_grade="grade")
    graded = (
        found.join(grades, on=["team_id", "week"], how="left")
        .join(everybody, on="week", how="left")
        .with_columns(grade=pl.coalesce("grade", "all_grade"))
    )
    is_bad = ~pl.col("grade").is_in(GOOD_GRADES).fill_null(value=False)
    words = pl.when(pl.col("grade").is_null()).then(pl.lit("not graded: too few acts were seen"))
    reason = pl.concat_str(
        pl.lit("Not assessable: the register of owners is "),
        words.otherwise(pl.concat_str(pl.lit("graded "), "grade")),
        pl.lit("; publish who owns what first."),
    )
    return _withheld(graded, is_bad & (pl.col("status") != NOT_ASSESSABLE), reason).select(
        list(TYPES)
    )


def contested(found: pl.LazyFrame, answers: pl.LazyFrame) -> pl.LazyFrame:
    """Findings that a reader answered with [[not_so]] count for nothing, and say so."""
    said = answers.filter(pl.col("answer") == "not_so").select(
        finding_id="answered_id", is_contested=pl.lit(value=True)
    )
    joined = found.join(said.unique(), on="finding_id", how="left")
    is_contested = pl.col("is_contested").fill_null(value=False)
    return _withheld(joined, is_contested, pl.lit(NOT_SO)).select(list(TYPES))


def _withheld(found: pl.LazyFrame, is_so: pl.Expr, reason: pl.Expr) -> pl.LazyFrame:
    return found.with_columns(
        status=pl.when(is_so).then(pl.lit(NOT_ASSESSABLE)).otherwise("status"),
        sentence=pl.when(is_so).then(reason).otherwise("sentence"),
        person_id=pl.when(~is_so).then("person_id"),
        **{name: pl.when(~is_so).then(name) for name in MEASURED},
    )
