"""What a made-up launch holds, read from its site, files and calendars."""

import csv
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors import ics
from connectors.connector import Access
from connectors.demo.launch import Launch
from connectors.demo.launch_org import PEOPLE
from models.privacy import account_key

KEY = b"k" * 32


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")


def person(account: dict[str, Any] | None) -> str | None:
    """S of acc-s; automation of the app's account."""
    return account["accountId"].removeprefix("acc-").upper() if account else None


def given(made: Launch) -> list[tuple[datetime, str, str, str | None, str]]:
    """Changes of assignee: when, ticket, by whom, from whom, to whom."""
    return sorted(
        (
            at(history["created"]),
            issue["key"],
            str(person(history["author"])),
            (item["from"] or "").removeprefix("acc-").upper() or None,
            item["to"].removeprefix("acc-").upper(),
        )
        for issue in made.site.issues
        for history in issue["histories"]
        for item in history["items"]
        if item["field"] == "assignee"
    )


def org(made: Launch, name: str) -> list[dict[str, str]]:
    with (made.org / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def meetings(made: Launch) -> Any:
    access = Access(
        key=KEY,
        since=datetime(2026, 3, 1, tzinfo=UTC),
        until=datetime(2026, 10, 18, 22, tzinfo=UTC),
        now=datetime(2026, 11, 1, tzinfo=UTC),
        folder=str(made.calendars.parent),
    )

    class Rooms:
        name = "rooms"
        urls = ("calendars/*.ics",)

    batch = ics.sync(Rooms(), None, access)
    assert list(batch.problems) == []
    return batch.rows


def asked_to(rows: Any, meeting_id: str) -> set[str]:
    names = {account_key(KEY, "rooms", one.email): one.person_id for one in PEOPLE}
    keys = rows["raw.attendances"].filter(meeting_id=meeting_id)["account_key"]
    return {names.get(key, "?") for key in keys}


def held(rows: Any, prefix: str) -> list[tuple[str, int, bool]]:
    return sorted(
        (
            f"{row['happened_at']:%m-%d %H:%M}",
            (row["ends_at"] - row["happened_at"]) // timedelta(minutes=1),
            row["is_cancelled"],
        )
        for row in rows["raw.meetings"].iter_rows(named=True)
        if row["meeting_id"].startswith(prefix)
    )
