"""All declared tables, by name."""

from models.tables import acts, authority, mart, metrics, moves, org, raw, signs
from models.tables.table import Table

TABLES: dict[str, Table] = {
    table.name: table
    for table in [
        *raw.RAW,
        *org.ORG,
        *acts.ACTS,
        *authority.AUTHORITY,
        *metrics.METRICS,
        *signs.SIGNS,
        *moves.MOVES_AND_DRAFTS,
        *mart.MART,
    ]
}
