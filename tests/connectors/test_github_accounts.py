"""Renamed accounts and logins that went to somebody else (case 11 of the method)."""

from connectors.demo.services.github import Account, Event
from tests.connectors.hub import KEY, SOURCE, TOKEN, at, change, events, key_of, nights, site

EVE, EVA = "eve", "eva"


def hub_with(*accounts, by=EVE):
    hub = site(change(Event("labeled", at(hours=1), by)))
    hub.accounts += accounts
    return hub


def rows(batch):
    return {row["account_id"]: row for row in batch.rows["raw.accounts"].to_dicts()}


def rename(hub, number, login):
    hub.accounts = [
        Account(login, one.number, one.name) if one.number == number else one
        for one in hub.accounts
    ]
    change = hub.repositories[0].pull_requests[0]
    change.events = [
        Event(one.kind, one.at, login if one.by == EVE else one.by) for one in change.events
    ]


def test_an_account_has_the_key_of_its_login():
    with nights(hub_with(Account(EVE, 66))) as run:
        row = rows(run.sync())[EVE]
    assert (row["account_key"], row["canonical_key"]) == (key_of(EVE), key_of(EVE))
    assert not row["is_mapped"]


def test_a_renamed_account_keeps_its_key_and_points_to_its_new_login():
    hub = hub_with(Account(EVE, 66))
    with nights(hub) as run:
        run.sync()
        rename(hub, 66, EVA)
        batch = run.sync()
    assert events(batch, "actor_key", event="labeled") == [key_of(EVE)]
    row = rows(batch)[EVA]
    assert (row["account_key"], row["canonical_key"]) == (key_of(EVE), key_of(EVA))
    assert row["is_mapped"]


def test_a_renamed_owner_is_found_by_the_new_login():
    hub = hub_with(Account(EVE, 66))
    with nights(hub) as run:
        run.sync()
        rename(hub, 66, EVA)
        hub.repositories[0].owners = site(owners="/src @eva\n").repositories[0].owners
        batch = run.sync()
    assert batch.whole["raw.owner_entries"]["account_key"].to_list() == [key_of(EVE)]


def test_a_login_that_went_to_somebody_else_is_somebody_new():
    hub = hub_with(Account(EVE, 66))
    with nights(hub) as run:
        run.sync()
        rename(hub, 66, EVA)
        hub.accounts.append(Account(EVE, 77, "Eve Another"))
        hub.repositories[0].pull_requests[0].events.append(Event("labeled", at(hours=2), EVE))
        batch = run.sync()
        again = run.sync()
    assert events(batch, "actor_key", event="labeled") == [key_of(EVE), key_of("eve#77")]
    assert rows(batch)["eve#77"]["account_key"] == key_of("eve#77")
    assert "1 logins are somebody else's now" in batch.problems[0].text
    assert rows(again) == rows(batch)


def test_a_full_run_reads_all_anew_and_remembers_renamed_logins():
    hub = hub_with(Account(EVE, 66))
    with nights(hub) as run:
        run.sync()
        rename(hub, 66, EVA)
        kept = run.sync()
        full = run.sync(is_full=True)
    assert full.restart
    assert rows(full) == rows(kept)
    assert rows(full)[EVA]["account_key"] == key_of(EVE)


def test_a_mention_of_an_old_login_is_who_had_it():
    hub = hub_with(Account(EVE, 66))
    with nights(hub) as run:
        run.sync()
        rename(hub, 66, EVA)
        hub.repositories[0].pull_requests[0].events = [
            Event("commented", at(hours=3), "ben", text="@eve, what about it?")
        ]
        (row,) = (
            row
            for row in run.sync().rows["raw.code_review_events"].to_dicts()
            if row["event"] == "commented"
        )
    assert row["mentioned_keys"] == [key_of(EVE)]


def test_what_is_remembered_names_nobody():
    number = 1_660_066_061  # no port has it by chance
    with nights(hub_with(Account(EVE, number, "Eve Example"))) as run:
        run.sync()
        kept = str(run.cursor)
    assert key_of(EVE) in kept
    assert not any(word in kept for word in ("'eve'", "Eve", str(number), TOKEN, KEY.decode()))


def test_another_key_remembers_nothing():
    with nights(hub_with(Account(EVE, 66))) as run:
        run.sync()
        run.cursor["settings"]["key"] = "other"
        batch = run.sync()
    assert batch.restart
    assert set(run.cursor["accounts"].values()) == {key_of("ana"), key_of(EVE)}
    assert batch.rows["raw.accounts"]["source"].unique().to_list() == [SOURCE]
