"""Bring the register up to date: who is who, who answers for what, and since when it is known.

It is made of the org files, the corrections, the accounts, the owners files and the leads of
trackers, and what was known before. The parts are in `connectors.org_files`,
`connectors.corrections` and `models.org`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from connectors import corrections, org_files
from connectors.corrections import Corrections
from connectors.org_files import OrgFiles
from models.org.corrections import Answered, contests, delegations, owners
from models.org.corrections import answers as answers_to
from models.org.mandates import LEADS, lead_mandates, owner_mandates
from models.org.people import Persons, persons
from models.org.register import recorded
from models.settings import Settings
from models.tables import Table, org, raw
from models.tables import authority as judged
from models.tables.columns import MOMENT
from models.tables.tickets import LEADS as LEADERS
from models.tables.tickets import RELEASES
from pipelines.night import Night
from pipelines.sync import forget_others
from pipelines.touched import touched_weeks

CORRECTIONS = "corrections.toml"
CORRECTION = "correction:"  # how ids of mandates out of corrections begin
RECORDED = (org.REPORTING_LINES, org.MANDATES, org.DELEGATIONS, org.AGREEMENTS)
TABLES = tuple(table for table in org.ORG if table != org.COMMIT_SCOPES)


@dataclass(frozen=True)
class Registered:
    """Rows by table of the register, and how many rows of files were left out."""

    row_counts: Mapping[str, int]
    left_out: int


def register(night: Night) -> Registered:
    """Writes all tables of the register, one commit each, with the weeks that changes touch.

    Raises:
        OrgError: people.csv is needed and has no rows.
    """
    forget_others(night)
    settings = night.settings
    files = read_files(settings)
    answers = corrections.read(Path(settings.folder) / CORRECTIONS, settings.company.time_zone)
    who = _who(night, files, answers)
    if not (files.has_people or files.problems.is_empty()):  # files may name people of commits
        files = read_files(settings, who.people["person_id"].to_list())
        who = _who(night, files, answers)
    tables, problems = _tables(night, files, answers, who)
    stored = pl.collect_all(map(night.lake.scan, TABLES), engine="streaming")
    for table, before in zip(TABLES, stored, strict=True):
        after = tables[table.name]
        if not _is_as_stored(night, table, before, after):
            touched = touched_weeks(night.lake, table, before, after, night.until)
            night.lake.write_whole(table, after, touched)
    counts = {table.name: tables[table.name].height for table in TABLES}
    return Registered(counts, problems.height)


def _is_as_stored(night: Night, table: Table, before: pl.DataFrame, after: pl.DataFrame) -> bool:
    """Whether the lake has just these rows, in their columns, and none of the table set aside."""
    return (
        night.lake.snapshot(table).is_as_declared
        and night.lake.quarantine.opened(table) is None
        and before.equals(after.select(before.columns).sort(table.key))
    )


def read_files(settings: Settings, made: Collection[str] = ()) -> OrgFiles:
    """What the org folder says now; `made` are ids of people made of commits.

    Raises:
        OrgError: people.csv is needed and has no rows.
    """
    return org_files.read(
        Path(settings.org.directory),
        settings.company.time_zone,
        [location.id for location in settings.locations],
        [source.name for source in settings.sources],
        is_git_only=settings.is_git_only(),
        persons=made,
    )


def _who(night: Night, files: OrgFiles, answers: Corrections) -> Persons:
    return persons(
        _stored(night, raw.ACCOUNTS),
        files.frames["people"],
        listed=files.frames["accounts"],
        same_person=answers.frames["same_person"],
        ignore=answers.frames["ignore"],
        key=night.key,
        has_people=files.has_people,
    )


def _tables(
    night: Night, files: OrgFiles, answers: Corrections, who: Persons
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """All tables of the register by name, and what was left out of the files they are made of."""
    people = who.people.lazy()
    owned = owners(answers.frames["owner"].lazy(), people)
    handed = delegations(answers.frames["delegated"].lazy(), people, _scopes(night, files))
    entries = answers.frames["contested"]
    acts = night.lake.scan(judged.ACTS, [] if entries.is_empty() else None)
    contested = contests(entries.lazy(), acts)
    left_out = pl.collect_all([owned.problems, handed.problems, contested.problems])
    problems = pl.concat(
        [
            files.problems,
            answers.problems,
            *map(_of_corrections, [who.problems, *left_out]),
        ]
    ).unique(maintain_order=True)
    plain = {f"org.{name}": frame for name, frame in files.frames.items() if name != "accounts"}
    lines, agreements = (
        _recorded(night, table, plain[table.name].lazy())
        for table in (org.REPORTING_LINES, org.AGREEMENTS)
    )
    tables = plain | {
        org.PEOPLE.name: who.people,
        org.IDENTITIES.name: who.identities,
        org.REPORTING_LINES.name: lines,
        org.AGREEMENTS.name: agreements,
        org.DELEGATIONS.name: _delegations(night, plain[org.DELEGATIONS.name].lazy(), handed),
        org.MANDATES.name: _mandates(night, plain[org.MANDATES.name], owned, who),
        org.ANSWERS.name: _answers(night, answers),
        org.CONTESTS.name: contested.records.collect(),
        org.WINDOWS.name: _windows(night, plain[org.WINDOWS.name]),
        org.ORG_PROBLEMS.name: problems,
    }
    return tables, problems


def _windows(night: Night, listed: pl.DataFrame) -> pl.DataFrame:
    """Windows of windows.csv, and days of release that trackers plan; the file comes first."""
    zone = night.settings.company.time_zone
    days = night.lake.scan(RELEASES).select("scope_type", "scope_id", "released_on").unique()
    day = pl.col("released_on").cast(pl.Datetime("us"))
    begin = day.dt.replace_time_zone(zone, ambiguous="earliest")
    released = days.select(
        kind=pl.lit("release"),
        scope_type="scope_type",
        scope_id="scope_id",
        valid_from=begin.dt.convert_time_zone("UTC"),
        valid_to=begin.dt.offset_by("1d").dt.convert_time_zone("UTC"),
    ).select(listed.columns)
    both = pl.concat([listed, released.sort("scope_id", "valid_from").collect()])
    return both.unique(org.WINDOWS.key, keep="first", maintain_order=True)


def _answers(night: Night, answers: Corrections) -> pl.DataFrame:
    """What readers answered to findings and moves."""
    done, not_so = (answers.frames[kind].lazy() for kind in ("done", "not_so"))
    return answers_to(done, not_so, night.lake.scan(org.ANSWERS), night.now).collect()


def _mandates(night: Night, listed: pl.DataFrame, owned: Answered, who: Persons) -> pl.DataFrame:
    """Mandates of mandates.csv, of corrections, of owners files and of trackers.

    A correction is known from when a run first saw it, also the first: else an answer given today
    would change what was known last year.
    """
    is_correction = pl.col("mandate_id").str.starts_with(CORRECTION)
    is_of_source = pl.col("is_self_confirming") | pl.col("mandate_id").str.starts_with(LEADS)
    known = night.lake.scan(org.MANDATES).filter(~is_of_source)
    own = known.filter(~is_correction)
    is_first = own.head(1).collect().is_empty()
    corrected = known.filter(is_correction)
    parts = [
        recorded(listed.lazy(), own, first_import=is_first, seen_at=night.now),
        recorded(owned.records, corrected, first_import=False, seen_at=night.now),
        owner_mandates(night.lake.scan(raw.OWNER_ENTRIES), who.identities.lazy()),
        lead_mandates(night.lake.scan(LEADERS), who.identities.lazy()),
    ]
    return pl.concat(pl.collect_all(parts))


def _delegations(night: Night, listed: pl.LazyFrame, handed: Answered) -> pl.DataFrame:
    """Delegations of delegations.csv, and of corrections that the file does not have.

    As with mandates, a correction is known from when a run first saw it, and it is not the file:
    that has its first import however many corrections came before.
    """
    own = [name for name in org.DELEGATIONS.key if name != "recorded_at"]
    stored = night.lake.scan(org.DELEGATIONS)
    is_first = stored.join(handed.records, on=own, how="anti").head(1).collect().is_empty()
    told = handed.records.join(listed, on=own, how="anti")
    new = pl.concat([listed, told.with_columns(recorded_at=pl.lit(night.now, MOMENT))])
    return recorded(new, stored, first_import=is_first, seen_at=night.now).collect()


def _recorded(night: Night, table: Table, new: pl.LazyFrame) -> pl.DataFrame:
    """The records of a table, with when each came to be known and until when it stood."""
    is_first = not night.lake.row_count(table)
    return recorded(new, night.lake.scan(table), first_import=is_first, seen_at=night.now).collect()


def _scopes(night: Night, files: OrgFiles) -> pl.LazyFrame:
    """Scopes that are known by name: of mandates.csv, scopes.csv and owners files."""
    pair = ["scope_type", "scope_id"]
    return pl.concat(
        [
            files.frames["mandates"].lazy().select(pair),
            files.frames["scopes"].lazy().select(pair),
            night.lake.scan(raw.OWNER_PATTERNS).select(pair),
        ]
    ).unique()


def _of_corrections(problems: pl.DataFrame) -> pl.DataFrame:
    named = problems.with_columns(file=pl.lit(CORRECTIONS), line=pl.col("line").cast(pl.Int64))
    return named.select(org.ORG_PROBLEMS.columns)


def _stored(night: Night, table: Table) -> pl.DataFrame:
    return night.lake.scan(table).collect(engine="streaming")
