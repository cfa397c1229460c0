import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors import git_cursor
from connectors.connector import SourceError
from tests.connectors.histories import (
    ANA,
    BEN,
    CAI,
    Change,
    add,
    assert_same,
    git,
    january,
    repository,
    stored_after,
    sync,
)


def test_what_until_left_is_taken_later_whatever_the_dates(tmp_path):
    folder = repository(tmp_path / "r", *(Change(day, {"a": str(day)}) for day in (1, 8, 3, 6)))
    first = sync(folder, until=january(5))
    assert [at.day for at in first.rows["raw.commits"]["committed_at"]] == [3, 1]
    add(folder, Change(4, {"b": "1"}), Change(7, {"b": "2"}))
    second = sync(folder, cursor=json.loads(json.dumps(first.cursor)), until=january(7))
    assert [at.day for at in second.rows["raw.commits"]["committed_at"]] == [4, 6]
    third = sync(folder, cursor=second.cursor)
    assert {at.day for at in third.rows["raw.commits"]["committed_at"]} == {7, 8}
    assert_same(stored_after(first, second, third), stored_after(sync(folder)))


def test_more_than_a_cursor_names_is_read_once_more(tmp_path, monkeypatch):
    monkeypatch.setattr("connectors.git.MOST_LEFT", 1)
    folder = repository(tmp_path / "r", *(Change(day, {"a": str(day)}) for day in (1, 7, 8, 9)))
    first = sync(folder, until=january(5))
    second = sync(folder, cursor=first.cursor)
    assert not second.restart
    assert_same(stored_after(first, second), stored_after(sync(folder)))


def test_step_by_step_is_the_same_as_all_at_once(tmp_path):
    mailmap = "Ana Roth <ana@plant.example> <old@plant.example>\n"
    owners = "AREA\nM: Ana Roth <ana@plant.example>\nF: src/\n"
    old = "A. Roth <old@plant.example>"
    folder = repository(tmp_path / "r", Change(1, {"src/a": "1"}, old))
    batches = [sync(folder)]
    for change in (
        Change(3, {"MAINTAINERS": owners}, BEN),
        Change(4, {".mailmap": mailmap}, CAI, body="Acked-by: Ben Ito <ben@plant.example>"),
        Change(5, {"MAINTAINERS": owners.replace("Ana Roth <ana", "Ben Ito <ben")}, BEN),
    ):
        add(folder, change)
        batches.append(sync(folder, cursor=batches[-1].cursor))
    assert [batch.restart for batch in batches] == [False] * 4
    assert batches[-1].rows["raw.commits"].height == 1
    stored = stored_after(*batches)
    assert_same(stored, stored_after(sync(folder)))
    assert stored["raw.accounts"].filter(account_id="old@plant.example")["is_mapped"].all()


def test_nothing_new_brings_nothing(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}))
    first = sync(folder)
    again = sync(folder, cursor=first.cursor, until=datetime(2031, 1, 1, tzinfo=UTC))
    assert all(rows.is_empty() for rows in again.rows.values())
    assert (dict(again.whole), again.restart) == ({}, False)
    assert again.cursor["clones"] == first.cursor["clones"]


def test_a_rewritten_history_is_read_anew(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}), Change(2, {"a": "2"}))
    first = sync(folder)
    add(folder, Change(3, {"a": "3"}), on=git("rev-parse", "HEAD^", folder=folder))
    git("reflog", "expire", "--expire=now", "--all", folder=folder)
    git("gc", "--quiet", "--prune=now", folder=folder)
    second = sync(folder, cursor=first.cursor)
    assert second.restart
    assert_same(stored_after(first, second), stored_after(sync(folder)))


def test_a_main_branch_that_was_renamed_is_no_history_without_commits(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}))
    first = sync(folder)
    git("branch", "-m", "main", "trunk", folder=folder)
    git("symbolic-ref", "HEAD", "refs/heads/main", folder=folder)  # as a fetch leaves a mirror
    with pytest.raises(SourceError, match="symbolic-ref HEAD refs/heads/NAME"):
        sync(folder, cursor=first.cursor)
    git("symbolic-ref", "HEAD", "refs/heads/trunk", folder=folder)
    assert not sync(folder, cursor=first.cursor).restart


@pytest.mark.parametrize(
    ("changed", "is_anew"),
    [
        ({"since": january(3)}, False),
        ({"since": january(1)}, True),
        ({"since": None}, True),
        ({"owners": "none"}, True),
        ({"until": january(20)}, True),
    ],
)
def test_settings_that_rows_depend_on_read_anew(tmp_path, changed, is_anew):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}))
    usual: dict[str, Any] = {"since": january(2), "until": january(25)}
    first = sync(folder, **usual)
    later = {**usual, **changed, "cursor": first.cursor}
    assert sync(folder, **later).restart is is_anew


def test_another_flags_version_reads_anew(tmp_path, monkeypatch):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}))
    first = sync(folder)
    monkeypatch.setattr(git_cursor, "FLAGS_VERSION", git_cursor.FLAGS_VERSION + 1)
    assert sync(folder, cursor=first.cursor).restart


def test_clones_may_come_and_one_that_goes_reads_anew(tmp_path):
    one = repository(tmp_path / "one", Change(1, {"a": "1"}, ANA))
    two = repository(tmp_path / "two", Change(1, {"a": "2"}, BEN))
    first = sync(one)
    both = sync(one, two, cursor=first.cursor)
    assert both.rows["raw.commits"]["repository"].to_list() == ["two"]
    assert not both.restart
    assert sync(two, cursor=both.cursor).restart


def test_a_shallow_clone_is_read_without_its_edge_and_anew_when_deepened(tmp_path):
    origin = repository(tmp_path / "o", *(Change(day, {"a": str(day)}) for day in (1, 2, 3)))
    shallow = tmp_path / "shallow"
    git("clone", "--quiet", "--bare", "--depth=2", f"file://{origin}", shallow)
    batch = sync(shallow, owners="none")
    assert [at.day for at in batch.rows["raw.commits"]["committed_at"]] == [3]
    assert ["--unshallow" in problem.text for problem in batch.problems] == [True]
    git("fetch", "--quiet", "--unshallow", folder=shallow)
    deepened = sync(shallow, owners="none", cursor=batch.cursor)
    assert deepened.restart
    assert deepened.rows["raw.commits"].height == 3
