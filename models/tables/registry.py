"""All declared tables, by name."""

from models.tables import acts, authority, mart, metrics, org, raw
from models.tables.table import Table

TABLES: dict[str, Table] = {
    table.name: table
    for table in [
        *raw.RAW,
        *org.ORG,
        *acts.ACTS,
        *authority.AUTHORITY,
        *metrics.METRICS,
        *mart.MART,
    ]
}
