"""Which weeks a changed account concerns: those with an event that names it."""

import pytest

from models.tables import org, raw
from models.tables.tickets import TICKET_EVENTS
from pipelines.touched import touched_weeks
from tests.given import rows
from tests.pipelines.changing import at
from warehouse.lake import Lake

ROLES = ["actor_key", "to_key", "reporter_key", "mentioned_keys"]


def account(person: str | None, last: int) -> dict[str, object]:
    return {
        "source": "tracker", "account_key": "zoe", "person_id": person, "kind": "human",
        "match": "mapped", "confidence": 1.0, "valid_from": at(1), "valid_to": at(last),
    }  # fmt: skip


def event(week: int, role: str) -> dict[str, object]:
    return {
        "source": "tracker", "event_id": f"e{week}", "ticket_id": "T", "happened_at": at(week),
        "utc_week": at(week).date(), role: ["zoe"] if role == "mentioned_keys" else "zoe",
    }  # fmt: skip


def concerned(lake: Lake, before: dict[str, object], after: dict[str, object]):
    one, two = (rows(org.IDENTITIES, row).collect() for row in (before, after))
    return touched_weeks(lake, org.IDENTITIES, one, two, at(9))


@pytest.fixture
def lake(tmp_path):
    lake = Lake(str(tmp_path))
    events = [event(week + 1, role) for week, role in enumerate(ROLES)]
    told = rows(TICKET_EVENTS, *events, event(6, "ticket_key")).collect()
    lake.write_weeks(TICKET_EVENTS, told, set(told["utc_week"]))
    return lake


def test_weeks_in_which_an_account_is_named_are_touched_when_somebody_else_is_behind_it(lake):
    found = concerned(lake, account("zoe", 1), account("ann", 1))
    assert found is not None
    assert {at(week).date() for week in (1, 2, 3, 4)} <= found
    assert at(5).date() not in found


def test_an_account_that_occurs_again_touches_nothing(lake):
    assert concerned(lake, account("zoe", 1), account("zoe", 8)) == frozenset()


def test_columns_of_accounts_are_known_by_their_names():
    weekly = [table for table in raw.RAW if table.week is not None]
    named = {
        f"{table.name}.{name}"
        for table in weekly
        for name, column in table.schema.columns().items()
        if "ccount" in str(column.description)
    }
    known = {
        f"{table.name}.{name}"
        for table in weekly
        for name in table.columns
        if name.endswith(("_key", "_keys"))
    }
    assert named == known - {"raw.ticket_events.ticket_key"}
