"""Night after night leaves in the lake what one reading of everything would."""

from datetime import timedelta
from random import Random

import pytest

from models.tables import tickets
from tests.connectors.jira_given import ANA, AT, BEN, CAI, CORE, LAUNCH, hours, night, site, ticket
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
    key = ["ticket_id", "happened_at", "event_id"]
    return lake.scan(tickets.TICKET_EVENTS).collect().sort(key)


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
