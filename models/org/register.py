"""When a record of the register came to be known, and until when it stood.

What the records say is in `connectors.org_files`; mandates of owners files are in
`models.org.mandates` and do not come here, since their history is in the file's own.
"""

from datetime import datetime

import polars as pl

from models.tables.columns import MOMENT

# Not part of what a record says: a confirmation renews it, and it stays known since it was.
BESIDE = ("recorded_at", "superseded_at", "confirmed_on")


def recorded(
    new: pl.LazyFrame, stored: pl.LazyFrame, *, first_import: bool, seen_at: datetime
) -> pl.LazyFrame:
    """All records of one table, those that stand and those that stood.

    `new` is what the file says now, with recorded_at null where it gives none. A record that
    stood before keeps its recorded_at, whatever the file now gives. A new one takes, at the
    file's first import, what is given, else its valid_from; later the later of what is given and
    `seen_at`. What has changed or gone is kept with superseded_at = `seen_at`, unless it would
    never have been known.
    """
    names = stored.collect_schema().names()
    says = [name for name in names if name not in BESIDE]
    standing = stored.filter(pl.col("superseded_at").is_null())
    before = standing.select(*says, since="recorded_at").unique(says, keep="any")
    now = pl.lit(seen_at, MOMENT)
    given = (
        pl.coalesce("recorded_at", "valid_from")
        if first_import
        else pl.max_horizontal(pl.col("recorded_at").fill_null(now), now)
    )
    kept = new.join(before, on=says, how="left", nulls_equal=True).with_columns(
        recorded_at=pl.coalesce("since", given), superseded_at=pl.lit(None, MOMENT)
    )
    gone = standing.join(new.select(says), on=says, how="anti", nulls_equal=True)
    return pl.concat(
        [
            stored.filter(pl.col("superseded_at").is_not_null()),
            gone.with_columns(superseded_at=now).filter(pl.col("recorded_at") < now),
            kept.select(names),
        ]
    ).sort([name for name in names if name not in ("superseded_at", "confirmed_on")])
