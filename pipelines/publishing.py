"""Publish what the lake holds, once its checks pass; and remove what is kept no longer."""

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import polars as pl

import warehouse
from models.marts import SOURCES, marts
from models.metrics.priors import METHOD_VERSION
from models.privacy import Terms
from models.tables import metrics, org
from models.tables.registry import TABLES
from models.weeks import monday, weeks_between
from pipelines.compute import code
from pipelines.night import Night, ledger_of
from warehouse import basis, retention
from warehouse.basis import Basis, digest
from warehouse.ledger import Publication
from warehouse.publish import About, Changes, Published, publish
from warehouse.snapshot import Snapshot


def publish_lake(night: Night) -> Published:
    """Both stores from the tables as they stand in the lake: anew, or what changed since the last.

    Raises:
        ChecksFailed: a built file is not as declared; the earlier files stay.
        PublishError: another run publishes, or the disk is full.
    """
    stored = {
        table.name: night.lake.snapshot(table) for table in TABLES.values() if table.layer != "mart"
    }
    about = About(
        run_id=night.run_id,
        published_at=night.now,
        data_until=night.until,
        method_version=METHOD_VERSION,
        settings_digest=settings_digest(night),
    )
    privacy = night.settings.privacy
    terms = _terms(night, stored)
    done = publish(
        _frames(night, stored, None),
        about,
        root=night.root,
        detail=privacy.ops_detail,
        key=night.key,
        smallest_group=privacy.smallest_group,
        changes=_changes(night, stored, terms),
    )
    marks = {name: snapshot.mark for name, snapshot in stored.items()}
    until = night.until.isoformat()
    basis.write(night.root, Basis(terms, code(), done.shown, until, marks, done.files))
    _note(night, done)
    return done


def _frames(
    night: Night, stored: Mapping[str, Snapshot], weeks: Collection[date] | None
) -> dict[str, pl.LazyFrame]:
    """The tables to publish; of these weeks, and of those beside them, or of all."""
    near = None if weeks is None else _beside(weeks)
    tables = {
        name: stored[name].scan(near if TABLES[name].week else None)
        for name in SOURCES.values()
        if name in stored
    }
    objections = stored[org.OBJECTIONS.name].scan()
    return {**marts(tables, night.until), org.OBJECTIONS.name: objections}


def _changes(night: Night, stored: Mapping[str, Snapshot], terms: str) -> Changes | None:
    """What changed since the last publication; None: that, or its terms, are not the same.

    None, too, where more than half of the weeks changed, as building anew then costs less, and
    where retention took something out: a revised file may still hold the bytes of replaced rows.
    """
    last = night.last
    if last is None or last.terms != terms:
        return None
    days = sorted([last.until.date(), night.until.date()])
    weeks = frozenset() if last.until == night.until else _beside(weeks_between(*days))
    for name in SOURCES.values():
        if name in stored and TABLES[name].week:
            touched = stored[name].touched_since(last.marks.get(name, ""))
            if touched is None:
                return None
            weeks |= touched if TABLES[name].week == "week" else _beside(touched)
    is_old = not _is_all_kept(night) and min(weeks, default=date.max) < monday(night.oldest_day)
    if is_old or 2 * len(weeks) > len(stored[metrics.ACTS.name].weeks()):
        return None
    return Changes(_frames(night, stored, weeks), weeks, last.files, last.shown)


def _beside(weeks: Iterable[date]) -> frozenset[date]:
    """These weeks and those beside them: a week of UTC reaches into those of other zones."""
    return frozenset(week + timedelta(weeks=n) for week in weeks for n in (-1, 0, 1))


def _terms(night: Night, stored: Mapping[str, Snapshot]) -> str:
    """Digest of all that decides on published rows besides the rows of weeks and small tables.

    Code, settings, key, the quarter of pseudonyms, objections, and the first weeks, as those that
    retention drops are not touched.
    """
    privacy = night.settings.privacy
    nobody = pl.DataFrame()
    quarter = Terms(privacy.ops_detail, b"", privacy.smallest_group, night.until, nobody).quarter
    folder = Path(warehouse.__file__).parent
    code_files = sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".sql"))
    firsts = {
        name: min(stored[name].weeks(), default=date.max).isoformat()
        for name in SOURCES.values()
        if name in stored
    }
    objections = stored[org.OBJECTIONS.name].scan().collect()
    parts = {
        "code": [code(), *map(digest, code_files)],
        "versions": [version("duckdb"), version("polars")],
        "settings": settings_digest(night),
        "generation": night.generation,
        "key": hmac.new(night.key, b"publication", "sha256").hexdigest(),
        "quarter": quarter.isoformat(),
        "firsts": firsts,
        "objections": repr(objections.sort(org.OBJECTIONS.columns).rows()),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _note(night: Night, done: Published) -> None:
    """Writes down which files readers got."""
    with ledger_of(night.settings) as ledger:
        for store in done.files:
            counts = done.row_counts[store]
            ledger.published(Publication(night.run_id, store, night.now, done.files[store], counts))
            night.published.add(store)


def settings_digest(night: Night) -> str:
    """Digest of all settings, to tell when they changed; secrets are no part of it."""
    return hashlib.sha256(night.settings.model_dump_json().encode()).hexdigest()[:16]


def purge(night: Night) -> int:
    """Rows removed because retention keeps them no longer; public histories stay."""
    before = monday(night.oldest_day)
    tables = [table for table in TABLES.values() if table.layer != "mart"]
    return sum(retention.purge(night.lake, tables, before, _public(night)).values())


def _public(night: Night) -> list[str]:
    """Sources that retention leaves alone."""
    return [source.name for source in night.settings.sources if getattr(source, "public", False)]


def _is_all_kept(night: Night) -> bool:
    return len(_public(night)) == len(night.settings.sources)
