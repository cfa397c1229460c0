"""The data dictionary of a published file: a row for each table, view, macro and column.

Rows come from the same declarations as the comments in the file, so neither can drift. The page
about the tables of all layers is `pipelines.dictionary`.
"""

from collections.abc import Iterator, Mapping

import polars as pl

from models.privacy import Detail
from models.tables import mart
from warehouse.catalogue import (
    Column,
    Script,
    Store,
    absent_tables,
    described,
    scripts,
    table_text,
    tables,
    view_column,
)
from warehouse.examples import Example

Types = Mapping[str, Mapping[str, str]]  # view, column, type: only the database knows them
Row = tuple[str, str, str, str, str]

HEAD = """# Views, macros and examples

Made from `warehouse/views`, `warehouse/macros` and `warehouse/examples.py`; change them there. They
stand in schema `mart` beside the tables of [tables.md](tables.md), where everything has a comment;
`select * from mart.dictionary` lists them.
"""


def dictionary(store: Store, detail: Detail, view_types: Types) -> pl.DataFrame:
    """mart.dictionary of a store, in the order of the tables; tables it lacks have one row."""
    rows = [
        *_table_rows(store, detail),
        *_script_rows(store, detail, view_types),
        *_absent_rows(store, detail),
    ]
    return pl.DataFrame(rows, schema=mart.DICTIONARY.columns, orient="row")


def page(examples: list[Example]) -> str:
    """The views, macros and examples as Markdown."""
    parts = [HEAD, "## Views and macros", "", *map(_listed, scripts("restricted", "pseudonyms"))]
    parts += ["", "## Examples", "", "`dottedline query --example NAME` runs one.", ""]
    for example in examples:
        parts += [f"### {example.name}", "", example.question, "", "```sql", example.sql, "```", ""]
    return "\n".join(parts)


def _listed(script: Script) -> str:
    note = " Restricted store only." if script.store == "restricted" else ""
    return f"- `mart.{script.name}` ({script.kind}): {script.text}{note}"


def _table_rows(store: Store, detail: Detail) -> Iterator[Row]:
    for table in tables(store, detail):
        name = table.name.removeprefix("mart.")
        yield name, "", "table", "", table_text(table)
        for column in table.columns:
            yield _row(name, column, described(table, column, store, detail))


def _script_rows(store: Store, detail: Detail, view_types: Types) -> Iterator[Row]:
    for script in scripts(store, detail):
        yield script.name, "", script.kind, "", script.text
        for column, kind in view_types.get(script.name, {}).items():
            yield _row(script.name, column, view_column(script, column, kind, store, detail))


def _absent_rows(store: Store, detail: Detail) -> Iterator[Row]:
    for table in absent_tables(store, detail):
        where = "Absent in this store; the restricted store has it"
        yield table.name.removeprefix("mart."), "", "absent", "", f"{table_text(table)}. {where}"


def _row(name: str, column: str, said: Column) -> Row:
    return name, column, said.type, said.unit, said.text
