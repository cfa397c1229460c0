"""Publish what the lake holds, once its checks pass; and remove what is kept no longer."""

import hashlib
from pathlib import Path

import polars as pl

from models.marts import SOURCES, marts
from models.metrics.priors import METHOD_VERSION
from models.tables import org
from models.tables.registry import TABLES
from models.weeks import monday
from pipelines.night import Night, ledger_of
from warehouse import retention
from warehouse.catalogue import Store
from warehouse.ledger import Publication
from warehouse.publish import About, Published, publish


def publish_lake(night: Night) -> Published:
    """Both stores anew from the tables as they stand in the lake.

    Raises:
        ChecksFailed: a built file is not as declared; the earlier files stay.
        PublishError: another run publishes, or the disk is full.
    """
    tables = {name: night.lake.scan(TABLES[name]) for name in SOURCES.values() if name in TABLES}
    frames: dict[str, pl.LazyFrame] = {
        **marts(tables, night.until),
        org.OBJECTIONS.name: night.lake.scan(org.OBJECTIONS),
    }
    about = About(
        run_id=night.run_id,
        published_at=night.now,
        data_until=night.until,
        method_version=METHOD_VERSION,
        settings_digest=settings_digest(night),
    )
    privacy = night.settings.privacy
    done = publish(
        frames,
        about,
        root=night.root,
        detail=privacy.ops_detail,
        key=night.key,
        smallest_group=privacy.smallest_group,
    )
    _note(night, done)
    return done


def _note(night: Night, done: Published) -> None:
    """Writes down which files readers got."""
    paths: dict[Store, Path] = {"ops": done.ops, "restricted": done.restricted}
    with ledger_of(night.settings) as ledger:
        for store, path in paths.items():
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            counts = done.row_counts[store]
            ledger.published(Publication(night.run_id, store, night.now, digest, counts))
            night.published.add(store)


def settings_digest(night: Night) -> str:
    """Digest of all settings, to tell when they changed; secrets are no part of it."""
    return hashlib.sha256(night.settings.model_dump_json().encode()).hexdigest()[:16]


def purge(night: Night) -> int:
    """Rows removed because retention keeps them no longer; public histories stay."""
    public = [source.name for source in night.settings.sources if getattr(source, "public", False)]
    before = monday(night.oldest_day)
    tables = [table for table in TABLES.values() if table.layer != "mart"]
    return sum(retention.purge(night.lake, tables, before, public).values())
