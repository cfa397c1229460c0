"""Where a plan must stop: rows computed now, because a longer plan would repeat itself."""

import polars as pl


def settled(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The same rows, computed now, streaming.

    Only `warehouse` collects, but for this: a plan that reads one frame several times repeats it,
    and six rules that each read what the others left open double it six times. Planning alone then
    takes minutes. Stops go where rows are read again, never inside a chain.
    """
    return rows.collect(engine="streaming").lazy()
