"""The data dictionary as one page, from the declarations of the tables."""

from collections.abc import Iterable

from models.tables import LAYERS, Table

HEAD = """# Tables

Made by `dottedline docs` from `models/tables`; change it there. Published tables stand first: they
are what `dottedline query` and any DuckDB client see, schema `mart`. The others lie in the lake as
Delta tables, one folder a layer. Moments are in UTC; a week is its Monday.
"""
PIPE = "\\|"  # a bar inside a cell
OPS = {
    "clear": "",
    "pseudonym": "pseudonym, changes each quarter",
    "week": "cut to the week",
    "renumbered": "renumbered",
    "absent": "not there",
}
STORES = {
    "ops": "both stores",
    "restricted": "the restricted store only",
    "internal": "not published",
}


def page(tables: Iterable[Table]) -> str:
    """All tables with grain, key, columns, units and what the ops store shows, as Markdown."""
    layers = ["mart", *(layer for layer in LAYERS if layer != "mart")]
    ordered = sorted(tables, key=lambda table: (layers.index(table.layer), table.name))
    return "\n".join([HEAD, *(_section(table) for table in ordered)])


def _section(table: Table) -> str:
    lines = [
        f"## {table.name}",
        "",
        f"{table.comment}. One row is {table.grain}.",
        f"Key: {', '.join(table.key)}. In {STORES[table.audience]}.",
        "",
        "| column | type | unit | may be empty | in ops under pseudonyms | meaning |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, column in table.schema.columns().items():
        declared = column.metadata or {}
        ops = str(declared.get("ops", "clear"))
        shown = OPS.get(ops, ops) if table.audience == "ops" else ""
        cells = [
            name,
            str(column.dtype),
            str(declared.get("unit", "")),
            "yes" if column.nullable else "",
            shown,
            column.description or "",
        ]
        lines.append(f"| {' | '.join(cell.replace('|', PIPE) for cell in cells)} |")
    return "\n".join([*lines, ""])
