"""Night after night: what is read again, what is left alone, and what stays of it."""

from datetime import timedelta

import pytest

from connectors.demo.services.github import Event, OwnersFile, Repository
from tests.connectors.hub import EVENTS, at, change, events, nights, site, stored_after

MONTH = timedelta(days=30)


def merged(number, day):
    done = Event("merged", at(days=day, hours=1), "ben")
    return change(done, number=number, opened_at=at(days=day))


def read(batch):
    return sorted(int(own.rpartition("_")[2]) for own in batch.objects[EVENTS][1])


def test_the_first_sync_reads_what_changed_since():
    with nights(site(merged(1, 0), merged(2, 3), merged(3, 9))) as run:
        assert read(run.sync(since=at(days=2))) == [2, 3]


def test_a_later_sync_reads_what_changed_and_what_is_open():
    hub = site(
        merged(1, 0), change(number=2, opened_at=at(days=1)), merged(3, 40), merged(4, 59),
    )  # fmt: skip
    with nights(hub) as run:
        run.sync(until=at(days=60))
        hub.repositories[0].pull_requests.append(merged(5, 60))
        later = run.sync(until=at(days=61))
    assert read(later) == [2, 4, 5]  # 4: closed within 14 days


def test_the_overlap_is_a_day_where_nothing_happened_lately():
    hub = site(merged(1, 0), merged(2, 10), merged(3, 11))
    with nights(hub) as run:
        run.sync(until=at(days=60))
        assert read(run.sync(until=at(days=60))) == [2, 3]


def test_what_came_after_the_end_of_one_sync_is_read_by_the_next():
    """The change is seen at once, but its events are for the later run."""
    hub = site(change(Event("labeled", at(days=50), "ben"), opened_at=at(days=1)), merged(2, 90))
    with nights(hub) as run:
        first = run.sync(until=at(days=20))
        assert events(first, "event") == ["opened"]
        second = run.sync(until=at(days=100))
    assert events(second, "event") == ["opened", "labeled", "opened", "merged"]


def test_nights_give_the_rows_of_a_rebuild():
    hub = site(change(number=1), merged(2, 1), owners=[OwnersFile(at(days=-1), "/src @ana\n")])
    pulls = hub.repositories[0].pull_requests
    with nights(hub) as run:
        batches = [run.sync(until=at(days=3))]
        pulls[0].events.append(Event("reviewed", at(days=4), "ben", verdict="approved"))
        pulls[1].events.append(Event("commented", at(days=4), "cai", text="well?"))
        pulls.append(change(number=3, opened_at=at(days=4)))
        batches.append(run.sync(until=at(days=5)))
        pulls[0].events.append(Event("merged", at(days=6), "cai"))
        batches.append(run.sync(until=at(days=40)))
        run.cursor = None
        rebuilt = run.sync(until=at(days=40))
    assert stored_after(*batches) == stored_after(rebuilt)


def test_a_comment_that_was_deleted_goes():
    hub = site(change(Event("commented", at(hours=1), "ben", text="oops")))
    with nights(hub) as run:
        first = run.sync()
        hub.repositories[0].pull_requests[0].events.clear()
        second = run.sync()
    kinds = [row["event"] for row in stored_after(first, second).values()]
    assert kinds == ["opened"]


def test_a_whole_reading_of_nothing_new_changes_nothing():
    with nights(site(merged(1, 0), change(number=2), owners="/src @ana\n")) as run:
        first = run.sync()
        before = dict(run.cursor)
        again = run.sync()
        assert run.cursor == before
    assert stored_after(first) == stored_after(first, again)
    assert not again.restart


@pytest.mark.parametrize(
    ("bounds", "is_restart"),
    [
        ({}, False),
        ({"since": at(days=-59)}, False),  # time goes on
        ({"since": at(days=-61)}, True),
        ({"until": at(days=31)}, False),
        ({"until": at(days=29)}, True),
    ],
)
def test_what_was_not_asked_for_before_is_read_anew(bounds, is_restart):
    with nights(site(merged(1, -20))) as run:
        assert not run.sync().restart
        assert run.sync(**bounds).restart == is_restart


def test_a_new_repository_is_read_from_its_beginning_and_one_that_left_restarts():
    hub = site(merged(1, 0))
    hub.repositories.append(Repository("shop/web", 8, [merged(2, 0)]))
    with nights(hub) as run:
        run.sync(until=at(days=60))
        run.names = ("shop/till", "shop/web")
        assert "PR_8_2" in run.sync(until=at(days=60)).objects[EVENTS][1]
        run.names = ("shop/web",)
        last = run.sync(until=at(days=60))
    assert last.restart
    assert last.objects[EVENTS][1] == {"PR_8_2"}


def test_other_flags_read_all_anew(monkeypatch):
    with nights(site(merged(1, 0))) as run:
        run.sync(until=at(days=60))
        monkeypatch.setattr("connectors.github_cursor.FLAGS_VERSION", 999)
        again = run.sync(until=at(days=60))
    assert (again.restart, read(again)) == (True, [1])


def test_another_address_is_another_github():
    with nights(site(merged(1, 0))) as run:
        run.sync()
        run.cursor["settings"]["url"] = "https://api.github.com"
        assert run.sync().restart


def test_a_repository_that_was_renamed_is_read_whole_under_its_new_name():
    hub = site(merged(1, 0))
    with nights(hub) as run:
        first = run.sync(until=at(days=60))
        hub.repositories[0].old_names = ("shop/till",)
        hub.repositories[0].name = "shop/desk"
        second = run.sync(until=at(days=60))
    stored = stored_after(first, second).values()
    assert {row["object_id"] for row in stored} == {"shop/desk#1"}
    assert "shop/till is shop/desk now" in second.problems[0].text


def test_a_repository_that_is_hidden_for_a_night_goes_on_where_it_was():
    hub = site(merged(1, 0), merged(2, 20))
    hub.repositories.append(Repository("shop/web", 8, [merged(3, 0)]))
    with nights(hub, "shop/till", "shop/web") as run:
        run.sync(until=at(days=60))
        hub.repositories[0].is_visible = False
        hidden = run.sync(until=at(days=60))
        hub.repositories[0].is_visible = True
        shown = run.sync(until=at(days=60))
    assert (hidden.whole, read(hidden)) == ({}, [3])
    assert (shown.problems, read(shown)) == ((), [2, 3])


def test_owners_come_whole_each_night():
    hub = site(owners=[OwnersFile(at(days=-9), "/src @ana\n")])
    with nights(hub) as run:
        run.sync()
        hub.repositories[0].owners.append(OwnersFile(at(days=-3), "/src @ben\n"))
        entries = run.sync().whole["raw.owner_entries"]
    assert entries["valid_to"].to_list() == [at(days=-3), None]


def test_few_requests_read_many_pull_requests():
    """At most 50 a thousand: with owners, teams and lists that need a second page."""
    many = [
        change(
            *(Event("labeled", at(minutes=n, seconds=s), "ben") for s in range(3)),
            number=n,
            opened_at=at(minutes=n),
            files=[f"src/{n}/{f}" for f in range(150 if n % 25 == 0 else 3)],
        )
        for n in range(1, 201)
    ]
    with nights(site(*many, owners="/src @ana\n")) as run:
        batch = run.sync()
        count = run.traffic.counts.total()
    assert len(set(events(batch, "object_id"))) == 200
    assert count <= 200 * 50 / 1000 + 2


@pytest.mark.parametrize("count", [2, 120])  # 120: read on in further pages
@pytest.mark.parametrize("part", ["IssueComment", "PullRequestReview", "PullRequestTimelineItems"])
def test_a_list_without_its_entries_does_not_replace_what_is_stored(part, count):
    said = [Event("commented", at(hours=n + 1), "ben") for n in range(count)]
    with nights(site(change(*said), change(number=2))) as run:
        assert len(read(run.sync())) == 2
        run.site.withheld.add(f"{part}Connection.nodes")
        batch = run.sync()
        assert read(batch) == []
        assert "2 pull requests not read" in batch.problems[0].text
