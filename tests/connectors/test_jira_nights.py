"""Nights that follow each other: what is read again, what goes, and what is left in the lake."""

from datetime import timedelta
from random import Random

import pytest

from connectors.connector import SourceError
from connectors.demo.services import jira as made_up
from models.tables import tickets
from tests.connectors.jira_given import (
    ANA,
    AT,
    BEN,
    CAI,
    CHECKOUT,
    CORE,
    LAUNCH,
    column,
    hours,
    key,
    night,
    site,
    ticket,
)
from warehouse.lake import Lake

PEOPLE = [ANA, BEN, CAI]
NIGHTS = 4


def stored(lake, batch):
    """Writes a batch as the nightly job does; gives what is there then."""
    name = tickets.TICKET_EVENTS.name
    lake.upsert(
        tickets.TICKET_EVENTS,
        batch.rows[name],
        source="tracker",
        cursor=batch.cursor,
        restart=batch.restart,
        objects=batch.objects[name],
    )
    order = ["ticket_id", "happened_at", "event_id"]
    return lake.scan(tickets.TICKET_EVENTS).collect().sort(order)


def changed(chance, told, at):
    """Something happens to some of the tickets."""
    for one in chance.sample(told, k=3):
        by = chance.choice(PEOPLE)
        comments = one.issue["fields"]["comment"]["comments"]
        match chance.randrange(5):
            case 0:
                one.assign(chance.choice([*PEOPLE, None]), by=by, at=at)
            case 1:
                one.comment("[~acc-ben] so?", by=by, at=at)
            case 2 if comments:
                comments.pop(chance.randrange(len(comments)))
                one.move("Done", by=by, at=at)
            case 3:
                where = chance.choice([LAUNCH, CORE])
                one.transfer(where, 100 + chance.randrange(9000), by=by, at=at)
            case _:
                one.move(chance.choice(["To Do", "In Test", "Done"]), by=by, at=at, assign=by)


@pytest.mark.parametrize("seed", range(3))
def test_nights_and_one_reading_of_everything_leave_the_same_rows(seed, tmp_path):
    chance, at = Random(seed), hours(1)
    told = [ticket(number, chance.choice([LAUNCH, CORE])) for number in range(1, 13)]
    lake, cursor = Lake(str(tmp_path / "lake")), None
    with night(site(*told), projects=("LNCH", "CORE")) as given:
        for day in range(1, NIGHTS + 1):
            at = AT + timedelta(days=day * 3)
            changed(chance, told, at)
            if day == NIGHTS - 1:
                given.site.issues.remove(told.pop().issue)  # deleted
            given.until = at + timedelta(hours=chance.choice([-1, 12]))
            given.now = given.until + timedelta(hours=3)
            batch = given.sync(cursor)
            cursor = batch.cursor
            rows = stored(lake, batch)
        given.now += timedelta(days=7)
        rows = stored(lake, given.sync(cursor))
        whole = stored(Lake(str(tmp_path / "anew")), given.sync())
    assert rows.equals(whole)
    assert rows.height > 20


def test_leads_are_snapshots_that_end_when_somebody_else_is_seen():
    def led(by) -> made_up.Payload:
        return made_up.project("10000", "LNCH", "Launch", lead=by, components=[CHECKOUT])

    with night(site(projects=[led(BEN)])) as given:
        first = given.sync()
        before, given.now = given.now, given.now + timedelta(days=1)
        given.site.projects[:] = [led(CAI)]
        second = given.sync(first.cursor)
    assert first.whole["raw.leads"].filter(role="project_lead").select(
        "scope_id", "account_key", "valid_from", "valid_to"
    ).rows() == [("LNCH", key(BEN), before, None)]
    leads = second.whole["raw.leads"]
    of_project = leads.filter(role="project_lead")
    assert of_project.select("account_key", "valid_from", "valid_to").rows() == [
        (key(BEN), before, given.now),
        (key(CAI), given.now, None),
    ]
    assert leads.filter(role="component_lead").select("scope_id", "valid_to").rows() == [
        ("LNCH/checkout", None)
    ]


def test_a_second_night_reads_what_changed_and_replaces_each_ticket_whole():
    still, moved = ticket(1), ticket(2).comment("first", by=ANA, at=hours(3))
    with night(site(still, moved)) as given:
        first = given.sync()
        moved.issue["fields"]["comment"]["comments"].clear()  # deleted
        moved.assign(BEN, by=ANA, at=hours(30))
        second = given.sync(first.cursor)
    name, ids = second.objects["raw.ticket_events"]
    assert (name, set(ids)) == ("ticket_id", {moved.issue["id"]})
    assert column(second, "field") == ["created", "assignee"]
    assert not second.restart


def test_an_overlap_of_an_hour_heals_what_the_index_had_not_yet():
    late = ticket(2, at=hours(2))
    with night(site(ticket(1, at=hours(2.5)))) as given:
        cursor = given.sync().cursor
        given.site.issues.append(late.issue)
        assert set(column(given.sync(cursor), "ticket_key")) == {"LNCH-1", "LNCH-2"}


def test_what_came_after_the_end_comes_the_next_time():
    first, second = ticket(1).assign(BEN, by=ANA, at=hours(5)), ticket(2, at=hours(3))
    with night(site(first, second), until=hours(1)) as given:
        cursor = given.sync().cursor
        given.until = hours(9)
        fields = column(given.sync(cursor), "field")
    assert fields == ["created", "assignee", "created"]


def test_a_full_run_reads_all_anew_and_remembers_who_led_since_when():
    launch = made_up.project("10000", "LNCH", "Launch", lead=ANA, components=[CHECKOUT])
    with night(site(ticket(), projects=[launch])) as given:
        first = given.sync()
        given.now += timedelta(days=1)
        given.is_full = True
        full = given.sync(first.cursor)
    assert full.restart
    assert column(full, "ticket_key") == column(first, "ticket_key")
    assert full.whole["raw.leads"].equals(first.whole["raw.leads"])


@pytest.mark.parametrize(
    "change",
    [
        {"until": AT + timedelta(days=1)},
        {"since": AT - timedelta(days=60)},
        {"projects": ("CORE",)},
    ],
)
def test_another_beginning_end_or_project_reads_all_anew(change):
    with night(site(ticket(), ticket(1, project=CORE))) as given:
        cursor = given.sync().cursor
        for name, value in change.items():
            setattr(given, name, value)
        assert given.sync(cursor).restart


def test_releases_of_a_project_out_of_sight_stay():
    core = made_up.project("10001", "CORE", "Core", lead=CAI)
    core["versions"] = [{"id": "7", "releaseDate": "2026-10-02"}]
    with night(site(projects=[LAUNCH, core]), projects=("LNCH", "CORE")) as given:
        first = given.sync()
        given.site.projects.remove(core)
        given.now += timedelta(days=8)
        unseen = given.sync(first.cursor)
    assert first.whole["raw.releases"]["scope_id"].to_list() == ["CORE"]
    assert "raw.releases" not in unseen.whole


def test_a_project_that_leaves_the_settings_while_out_of_sight_takes_its_rows_along():
    with night(site(ticket(), ticket(1, project=CORE)), projects=("LNCH", "CORE")) as given:
        first = given.sync()
        given.site.projects.remove(CORE)
        unseen = given.sync(first.cursor)
        given.projects = ("LNCH",)
        last = given.sync(unseen.cursor)
    assert (unseen.restart, last.restart) == (False, True)
    assert set(column(last, "ticket_key")) == {"LNCH-1"}


def test_a_project_that_is_new_in_the_settings_is_read_from_its_beginning():
    with night(site(ticket(1, at=hours(50)), ticket(1, project=CORE))) as given:
        cursor = given.sync().cursor
        given.projects = ("LNCH", "CORE")
        second = given.sync(cursor)
    assert "CORE-1" in column(second, "ticket_key")
    assert not second.restart


def test_once_a_week_tickets_that_are_gone_are_missed_and_moved_ones_are_not():
    gone, moved, stays = (ticket(number) for number in (1, 2, 3))
    with night(site(gone, moved, stays)) as given:
        cursor = given.sync().cursor
        given.site.issues.remove(gone.issue)
        moved.transfer(CORE, 7, by=BEN, at=hours(1))
        given.now += timedelta(days=1)
        soon = given.sync(cursor)
        given.now += timedelta(days=7)
        later = given.sync(soon.cursor)
    assert gone.issue["id"] not in soon.objects["raw.ticket_events"][1]
    assert gone.issue["id"] in later.objects["raw.ticket_events"][1]
    assert moved.issue["id"] not in later.objects["raw.ticket_events"][1]
    assert gone.issue["id"] not in column(later, "ticket_id")


def test_a_project_that_shows_none_of_its_tickets_any_more_loses_none():
    with night(site(ticket(1), ticket(2))) as given:
        cursor = given.sync().cursor
        given.site.issues.clear()
        given.now += timedelta(days=8)
        batch = given.sync(cursor)
    assert batch.objects["raw.ticket_events"][1] == frozenset()
    assert ["shows none of its tickets" in one.text for one in batch.problems] == [True]


def test_a_census_that_breaks_off_removes_nothing():
    with night(site(ticket(1), ticket(2))) as given:
        cursor = given.sync().cursor
        given.site.issues.pop()
        given.now += timedelta(days=8)
        given.traffic.faults += [
            made_up.Fault("search/jql", status=200, body=b'{"issues": []}'),  # nothing changed
            made_up.Fault("search/jql", kind="drop", times=9),
        ]
        with pytest.raises(SourceError, match="cannot be reached"):
            given.sync(cursor)
