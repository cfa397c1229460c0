"""Entries of all calendars of a source in the shape of `models.tables.meetings`.

The same date of the same UID in several calendars is one meeting. Addresses become keys here; they
and names stand in `raw.accounts` alone.
"""

from collections.abc import Iterable
from datetime import datetime

import dataframely as dy
import polars as pl

from connectors.git_identities import kind, name
from connectors.ics_entries import Entry
from models.privacy import account_key
from models.tables import meetings, raw
from models.weeks import utc_week

FLAGS_VERSION = 2  # raise it when rows would come out otherwise: the source is then read anew


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """Each date of each meeting once, the organiser's own copy first.

    A copy that somebody marked private makes the meeting private: nobody is then named by it.
    """
    copies: dict[str, list[Entry]] = {}
    for entry in entries:
        copies.setdefault(entry.meeting_id, []).append(entry)
    best = []
    for _, same in sorted(copies.items()):
        private = [entry for entry in same if entry.is_private]
        best.append(max(private or same, key=lambda entry: entry.rank))
    return best


def event_rows(source: str, key: bytes, entries: list[Entry]) -> dict[str, pl.DataFrame]:
    """Meetings, who was asked to them, and the accounts behind the addresses."""
    keys = _Keys(source, key)
    asked = [
        (entry, one, keys.of(one.address))
        for entry in entries
        for one in entry.asked
        if not entry.is_private
    ]
    return {
        "raw.meetings": _table(
            meetings.MeetingsSchema, [_meeting(source, keys, entry) for entry in entries]
        ),
        "raw.attendances": _table(
            meetings.AttendancesSchema,
            [
                {
                    "source": source,
                    "meeting_id": entry.meeting_id,
                    "account_key": account,
                    "happened_at": entry.starts_at,
                    "response": one.response,
                    "is_organizer": one.address == entry.organizer,
                }
                for entry, one, account in asked
            ],
        ),
        "raw.accounts": _accounts(source, keys, entries),
    }


class _Keys:
    """Keys of addresses, each made once."""

    def __init__(self, source: str, key: bytes) -> None:
        self._source, self._key = source, key
        self._known: dict[str, str] = {}

    def of(self, address: str | None) -> str | None:
        if address is None:
            return None
        if address not in self._known:
            self._known[address] = account_key(self._key, self._source, address)
        return self._known[address]


def _meeting(source: str, keys: _Keys, entry: Entry) -> dict[str, object]:
    return {
        "source": source,
        "meeting_id": entry.meeting_id,
        "series_id": entry.uid,
        "happened_at": entry.starts_at,
        "ends_at": entry.ends_at,
        "time_zone": entry.time_zone,
        "entry_kind": entry.kind,
        "organizer_key": keys.of(entry.organizer),
        "made_by_key": keys.of(entry.made_by),
        "attendee_count": entry.asked_count,
        "is_series": entry.is_series,
        "is_moved": entry.is_moved,
        "is_cancelled": entry.is_cancelled,
        "is_all_day": entry.is_all_day,
        "is_private": entry.is_private,
        "scope_chain": f"meeting_series:{entry.uid}",
        "flags_version": FLAGS_VERSION,
    }


def _accounts(source: str, keys: _Keys, entries: Iterable[Entry]) -> pl.DataFrame:
    """Addresses with the name given most lately, and the first and last meeting they are in."""
    seen = pl.DataFrame(
        [row for entry in entries for row in _people(entry)],
        schema={"account_id": pl.String, "name": pl.String, "at": pl.Datetime("us", "UTC")},
        orient="row",
    ).with_columns(name=name(pl.col("name")))
    people = (
        seen.sort("account_id", "at", "name", nulls_last=False)
        .group_by("account_id", maintain_order=True)
        .agg(
            name=pl.col("name").drop_nulls().last(),
            first_seen_at=pl.col("at").min(),
            last_seen_at=pl.col("at").max(),
        )
    )
    account = pl.Series(
        "account_key", [keys.of(address) for address in people["account_id"]], pl.String
    )
    rows = people.with_columns(account).with_columns(
        source=pl.lit(source),
        kind=kind(),
        canonical_key="account_key",
        canonical_name=pl.lit(None, pl.String),
        is_mapped=pl.lit(value=False),
    )
    return rows.select(raw.AccountsSchema.column_names()).sort("account_key")


def _people(entry: Entry) -> Iterable[tuple[str, str | None, datetime]]:
    for one in entry.asked:
        yield one.address, one.name or None, entry.starts_at
    if entry.made_by:
        yield entry.made_by, None, entry.starts_at


def _table(schema: type[dy.Schema], rows: list[dict[str, object]]) -> pl.DataFrame:
    """Rows in the order and types of their table, with the week they are stored by."""
    types = {**schema.create_empty().drop("utc_week").schema}
    made = pl.DataFrame(rows, schema=types).with_columns(utc_week=utc_week(pl.col("happened_at")))
    return made.select(schema.column_names())
