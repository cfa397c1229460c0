"""What is read on top of stored rows is what a reading from the beginning gives."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import git_owners
from connectors.git_cursor import read_cursor
from tests.connectors.histories import (
    ANA,
    BEN,
    CAI,
    END,
    Change,
    add,
    assert_same,
    git,
    january,
    repository,
    stored_after,
    sync,
    tip,
)

PEOPLE = (ANA, BEN, CAI, "Dov Ash <dov@plant.example>")
AREAS = ("Wiring", "Cables", "Motors", "Paint")
LISTED = "Wiring\nM: Ana Roth <ana@plant.example>\nF: src/\n"
MAILMAP = "Ana Roth <ana@plant.example> <old@plant.example>\n"


def _maintainers(chance):
    sections = [
        "\n".join(
            [
                area,
                *(f"M: {person}" for person in PEOPLE if chance.random() < 0.5),
                *(f"L: {area.lower()}@plant.example" for _ in range(chance.randrange(2))),
                *(f"F: {path}/" for path in "abc" if chance.random() < 0.6),
            ]
        )
        for area in chance.sample(AREAS, chance.randrange(1, 5))
    ]
    return "\n\n".join(sections) + "\n"


def _codeowners(chance):
    return "".join(
        f"/{path}/ {chance.choice(PEOPLE).split('<')[1][:-1]}\n"
        for path in chance.choices("abc", k=chance.randrange(4))
    )


def _changes(chance, kind, day):
    """A few commits from a day on, their dates not in order."""
    for _ in range(chance.randrange(3)):
        text = _maintainers(chance) if kind == "MAINTAINERS" else _codeowners(chance)
        second, first = git_owners.PLACES[kind][:2]  # of which one is always there
        files = {chance.choice([first, second]): text, "a/x": str(chance.random())}
        if chance.random() < 0.3:
            files |= {first: None, second: text}
        at = january(day) + timedelta(hours=chance.randrange(-30, 30))
        yield Change(at, files, chance.choice(PEOPLE))


@pytest.mark.parametrize("kind", ["MAINTAINERS", "CODEOWNERS"])
@pytest.mark.parametrize("seed", range(6))
def test_an_owners_file_read_on_is_the_file_read_whole(tmp_path, kind, seed):
    chance = random.Random(seed)
    text = _maintainers(chance) if kind == "MAINTAINERS" else _codeowners(chance)
    folder = repository(tmp_path / "r", Change(1, {git_owners.PLACES[kind][0]: text}))
    batches = [sync(folder, until=january(2))]
    for day in range(3, 11):
        add(folder, *_changes(chance, kind, day), Change(day, {"b/y": str(day)}))
        batches.append(sync(folder, until=january(day), after=batches))
    batches.append(sync(folder, after=batches))
    assert not any(batch.restart for batch in batches)
    assert_same(stored_after(*batches), stored_after(sync(folder)))


@pytest.mark.parametrize("then", ["ana", "ben", "cai"])
def test_rows_of_a_sync_that_was_broken_off_do_no_harm(tmp_path, then):
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": LISTED}))
    first = sync(folder)
    add(folder, Change(2, {"MAINTAINERS": LISTED.replace("ana", "ben")}))
    broken_off = replace(sync(folder, after=[first]), cursor=first.cursor)
    add(folder, Change(2, {"MAINTAINERS": LISTED.replace("ana", then)}))
    last = sync(folder, after=[first, broken_off])
    whole = sync(folder).whole
    assert all(
        last.whole[name].sort(rows.columns).equals(rows.sort(rows.columns))
        for name, rows in whole.items()
    )


def test_an_unchanged_owners_file_is_not_read_again(tmp_path, monkeypatch):
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": LISTED}))
    first = sync(folder)
    add(folder, Change(2, {"a": "1"}))
    monkeypatch.setattr(git_owners, "_whole", None)
    second = sync(folder, after=[first])
    assert second.whole == {}
    read = read_cursor(second.cursor)
    assert read
    assert read.clones["r"].owners
    assert read.clones["r"].owners.commit == tip(folder)


def test_of_a_changed_owners_file_only_new_versions_are_read(tmp_path, monkeypatch):
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": LISTED}))
    first = sync(folder)
    add(folder, Change(2, {"MAINTAINERS": LISTED.replace("ana", "ben")}))
    with monkeypatch.context() as patched:
        patched.setattr(git_owners, "_whole", None)
        second = sync(folder, after=[first])
    assert_same(stored_after(first, second), stored_after(sync(folder)))


def test_where_the_mainline_took_another_way_all_is_read(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": LISTED}))
    root = tip(folder)
    add(folder, Change(2, {"MAINTAINERS": LISTED.replace("ana", "ben")}))
    first, side = sync(folder), tip(folder)
    add(folder, Change(3, {"a": "1"}), on=root)
    tree = git("rev-parse", f"{side}^{{tree}}", folder=folder)
    at = int(january(9).timestamp())
    merge = (
        f"tree {tree}\nparent {tip(folder)}\nparent {side}\nauthor {ANA} {at} +0000\n"
        f"committer {ANA} {at} +0000\n\nmerge\n"
    )
    commit = git(
        "hash-object", "-t", "commit", "-w", "--stdin", folder=folder, stdin=merge.encode()
    )
    git("update-ref", "refs/heads/main", commit, folder=folder)
    second = sync(folder, after=[first])
    assert not second.restart
    whole = sync(folder).whole
    assert {name: len(rows) for name, rows in whole.items()} == {
        "raw.owner_patterns": 1,
        "raw.owner_entries": 2,
    }
    assert all(second.whole[name].equals(rows) for name, rows in whole.items())


def test_a_changed_mailmap_joins_the_accounts_that_are_stored(tmp_path, monkeypatch):
    old = "A. Roth <old@plant.example>"
    body = "Acked-by: Ben Ito <ben@plant.example>"
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}, old, body=body))
    first = sync(folder, owners="none")
    add(folder, Change(2, {".mailmap": MAILMAP}, CAI))
    second = sync(folder, owners="none", after=[first])
    assert second.rows["raw.commits"].height == 1
    assert second.rows["raw.accounts"].height == 3
    assert_same(stored_after(first, second), stored_after(sync(folder, owners="none")))


def test_a_late_commit_leaves_the_name_used_last(tmp_path):
    folder = repository(tmp_path / "r", Change(5, {"a": "1"}, "Ana Lund <ana@plant.example>"))
    first = sync(folder)
    add(folder, Change(3, {"a": "2"}, ANA))
    second = sync(folder, after=[first])
    assert second.rows["raw.accounts"]["name"].to_list() == ["Ana Lund"]
    assert_same(stored_after(first, second), stored_after(sync(folder)))


def test_what_was_wrong_stays_told_while_nothing_is_new(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": LISTED + "\n" + LISTED}))
    first = sync(folder)
    [problem] = first.problems
    assert "1 titles head more than one section" in problem.text
    assert sync(folder, after=[first], until=END + timedelta(days=1)).problems == (problem,)
