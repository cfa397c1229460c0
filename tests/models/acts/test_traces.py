"""Where somebody was seen: own work, work for others, and what is neither."""

from typing import Any

import polars as pl

from models.acts.traces import traces
from models.tables import acts, org, raw
from tests.given import rows
from tests.models.acts.services import change, changes, identities, ticket, tickets
from tests.models.world import act


def seen(*events: dict[str, Any], given: Any = ()) -> dict[str, tuple[int, int]]:
    """Own and led counts of each person in the widest scope."""
    found = traces(
        rows(raw.COMMITS), rows(org.COMMIT_SCOPES),
        tickets(*(one for one in events if "ticket_id" in one)),
        changes(*(one for one in events if "ticket_id" not in one)),
        identities(), assignments=rows(acts.ASSIGNMENTS, *given),
    ).collect(engine="streaming")  # fmt: skip
    rows_there = acts.TRACES.schema.validate(found).filter(
        pl.col("scope_type").is_in(["project", "repository"])
    )
    return {
        person: (own, led)
        for person, own, led in rows_there.select("person_id", "own_count", "led_count").rows()
    }


def test_events_on_own_tickets_are_own_work_and_others_are_seen():
    comment: dict[str, Any] = {"field": "comment", "assignee_key": "ben", "reporter_key": "cai"}
    events = [ticket(**comment, by=name) for name in ("ben", "cai", "pia", "olga")]
    assert seen(*events) == {"ben": (1, 0), "cai": (1, 0), "pia": (1, 0), "olga": (0, 0)}


def test_events_on_own_changes_are_own_work():
    assert seen(change("commented", by="ben"), change("commented", by="ann")) == {
        "ben": (1, 0), "ann": (0, 0),
    }  # fmt: skip


def test_an_act_is_work_for_others():
    done = act(scope_chain="project:LNCH", exclusion=None)
    assert seen(ticket(by="ann", to_key="ben"), given=[done]) == {"ann": (0, 1)}


def test_an_excluded_act_is_not():
    done = act(scope_chain="project:LNCH", exclusion="batch")
    assert seen(ticket(by="ann", to_key="ben"), given=[done]) == {"ann": (0, 0)}


def test_machinery_and_strangers_are_not_seen():
    queue = change("merged", by="ben", is_automatic=True)
    assert seen(queue, ticket(by="robot", to_key="ben"), ticket(by=None, to_key="ben")) == {}
