"""Tables as data frames: ids that repeat are categories, moments are in UTC without a zone."""

from pathlib import Path

import duckdb
import pandas as pd

EVER, NEVER = pd.Timestamp("0001-01-01"), pd.Timestamp("9999-01-01")
OPEN = ("valid_to", "superseded_at")
PEOPLE = (
    "actor_id", "target_id", "person_id", "manager_id", "holder_id", "from_person_id",
    "to_person_id",
)  # fmt: skip
SHARED = {
    **dict.fromkeys(PEOPLE, "person"),
    **dict.fromkeys(("team_id", "parent_team_id"), "team"),
    "kind": "kind",
    "scope_chain": "chain",
    "scope_type": "scope_type",
    "scope_id": "scope",
}
REPEATED = ("object_kind", "source", "exclusion", "working_hours", "location", "time_zone", "zone")


class Reader:
    """Reads Parquet files of one folder; equal ids are equal codes in all frames.

    There is no pyarrow, which would bring a second engine, so DuckDB hands the columns over.
    """

    def __init__(self, data: Path) -> None:
        self.data = data
        self.con = duckdb.connect()
        self.con.execute("set timezone = 'UTC'")
        ids = {
            "person": "select person_id from people union select holder_id from mandates",
            "team": "select team_id from teams",
            "kind": "select kind from acts",
            "chain": "select scope_chain from acts",
            "scope_type": "select scope_type from acts union select scope_type from mandates "
            "union select object_kind from scopes union select unnest(['company', 'team'])",
            "scope": "select scope_id from acts union select scope_id from mandates "
            "union select scope_id from scopes union select object_id from scopes "
            "union select team_id from teams union select scope_id from agreements "
            "union select unnest(string_split(regexp_replace(scope_chain, "
            "'(^|\\n)[a-z_]+:', '\\1', 'g'), chr(10))) from acts union select ''",
        }
        for name in ("people", "mandates", "teams", "acts", "scopes", "agreements"):
            self.con.execute(f"create view {name} as from read_parquet('{data / name}.parquet')")
        self.types = {
            name: pd.CategoricalDtype(self._column(f"from ({sql}) group by all order by all"))
            for name, sql in ids.items()
        }

    def _column(self, sql: str) -> pd.Series:
        column: pd.Series = self.con.sql(sql).df().iloc[:, 0]
        return column.dropna()

    def read(self, name: str) -> pd.DataFrame:
        """One table of the folder."""
        return self.file(self.data / f"{name}.parquet")

    def file(self, path: Path) -> pd.DataFrame:
        """One file, column by column: all texts of ten million acts at once do not fit."""
        names = self.con.sql(f"from read_parquet('{path}')").columns
        return pd.DataFrame({column: self._typed(path, column) for column in names})

    def _typed(self, path: Path, name: str) -> pd.Series:
        column = self.con.sql(f"select \"{name}\" from read_parquet('{path}')").df()[name]  # noqa: S608 (names are those of the file)
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_localize(None).astype("datetime64[us]")
            return column.fillna(NEVER) if name in OPEN else column
        if name in SHARED:
            return column.astype(self.types[SHARED[name]])
        return column.astype("category") if name in REPEATED else column


def write(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """One DuckDB file with the frames in schema mart."""
    with duckdb.connect(out, config={"storage_compatibility_version": "v1.5.0"}) as con:
        con.execute("create schema mart")
        for name, frame in tables.items():
            con.register("frame", frame)
            columns = ", ".join(_written(frame, column) for column in frame.columns)
            con.execute(f"create table mart.{name} as select {columns} from frame")  # noqa: S608 (names are written here)
            con.unregister("frame")


def _written(frame: pd.DataFrame, column: str) -> str:
    if isinstance(frame[column].dtype, pd.CategoricalDtype):
        return f'"{column}"::varchar as "{column}"'
    return f'"{column}"::date as "{column}"' if column == "week" else f'"{column}"'
