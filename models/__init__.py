"""The domain: what leadership work is, under which authority it was done, what it cost.

Polars and dataframely only. No input or output, no clock, no Dagster, no DuckDB: those are in
`connectors`, `warehouse` and `pipelines`.
"""
