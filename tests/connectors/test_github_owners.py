"""CODEOWNERS by its history: who owned what when, and what a pull request touches."""

from datetime import timedelta

import pytest

from tests.connectors.hub import (
    NAMES,
    Event,
    OwnersFile,
    Team,
    at,
    change,
    events,
    key_of,
    nights,
    site,
    synced,
)

FIRST, SECOND, THIRD = at(days=-9), at(days=-6), at(days=-3)


def patterns(batch):
    rows = batch.whole["raw.owner_patterns"].to_dicts()
    return sorted(
        ((row["pattern"], row["valid_from"], row["valid_to"]) for row in rows),
        key=lambda row: (row[0], row[1]),
    )


def entries(batch):
    rows = batch.whole["raw.owner_entries"].to_dicts()
    return sorted(
        (
            (
                row["scope_id"].partition(":")[2],
                NAMES.get(row["account_key"], row["account_key"]),
                row["valid_from"],
                row["valid_to"],
            )
            for row in rows
        ),
        key=lambda row: row[:3],
    )


def test_owners_hold_from_the_commit_that_brought_them_to_the_one_that_took_them():
    batch = synced(site(owners=[
        OwnersFile(FIRST, "/src @ana @ben\n"), OwnersFile(SECOND, "/src @ana\n/doc @cai\n"),
    ]))  # fmt: skip
    assert patterns(batch) == [("/doc", SECOND, None), ("/src", FIRST, None)]
    assert entries(batch) == [
        ("/doc", "cai", SECOND, None),
        ("/src", "ana", FIRST, None),
        ("/src", "ben", FIRST, SECOND),
    ]


def test_names_of_areas_begin_with_the_repository():
    rows = synced(site(owners="/src @ana\n")).whole["raw.owner_patterns"]
    found = rows.select("repository", "scope_type", "scope_id", "pattern", "dialect").row(0)
    assert found == ("shop/till", "path", "shop/till:/src", "/src", "codeowners")


def test_a_version_holds_from_its_merge():
    owners = [OwnersFile(FIRST, "/src @ana\n", merged_at=SECOND)]
    assert entries(synced(site(owners=owners))) == [("/src", "ana", SECOND, None)]


def test_a_version_never_holds_before_the_one_below_it():
    owners = [
        OwnersFile(FIRST, "/src @ana\n", merged_at=THIRD),
        OwnersFile(SECOND, "/src @ben\n"),
    ]
    assert entries(synced(site(owners=owners))) == [("/src", "ben", THIRD, None)]


def test_the_first_place_that_has_a_file_counts():
    batch = synced(site(owners=[
        OwnersFile(FIRST, "/src @ana\n", path="docs/CODEOWNERS"),
        OwnersFile(SECOND, "/src @ben\n", path="CODEOWNERS"),
        OwnersFile(THIRD, "/src @cai\n", path=".github/CODEOWNERS"),
        OwnersFile(THIRD + timedelta(days=1), None, path=".github/CODEOWNERS"),
    ]))  # fmt: skip
    assert entries(batch) == [
        ("/src", "ana", FIRST, SECOND),
        ("/src", "ben", SECOND, THIRD),
        ("/src", "ben", THIRD + timedelta(days=1), None),
        ("/src", "cai", THIRD, THIRD + timedelta(days=1)),
    ]


def test_a_long_history_is_read_page_by_page():
    owners = [OwnersFile(FIRST + timedelta(minutes=n), f"/f{n} @ana\n") for n in range(60)]
    with nights(site(owners=owners)) as run:
        batch = run.sync()
        assert run.traffic.counts["Owners"] == 3
    assert len(entries(batch)) == 60


def test_versions_after_the_end_are_not_yet_there():
    owners = [OwnersFile(FIRST, "/src @ana\n"), OwnersFile(SECOND, "/src @ben\n")]
    assert entries(synced(site(owners=owners), until=SECOND)) == [("/src", "ana", FIRST, None)]


def test_a_team_is_its_members_and_a_member_listed_too_stands_once():
    team = Team("shop/pay", ("ana", "ben"))
    batch = synced(site(owners="/src @shop/pay @ana\n", teams=[team]))
    assert entries(batch) == [
        ("/src", "ana", at(days=-30), None),
        ("/src", "ben", at(days=-30), None),
    ]
    assert batch.problems == ()


def test_a_large_team_is_read_to_its_end():
    members = tuple(f"m{n}" for n in range(230))
    batch = synced(site(owners="/src @shop/pay\n", teams=[Team("shop/pay", members)]))
    assert batch.whole["raw.owner_entries"].height == 230


@pytest.mark.parametrize("teams", [[], [Team("shop/other", ("ben",))]])
def test_a_team_that_is_not_visible_is_a_problem_and_owns_nothing(teams):
    batch = synced(site(owners="/src @shop/pay @ana\n", teams=teams))
    assert [row[1] for row in entries(batch)] == ["ana"]
    assert len(batch.problems) == 1
    assert "1 teams of CODEOWNERS are not visible" in batch.problems[0].text


@pytest.mark.parametrize("field", ["Team.members", "TeamMemberConnection.nodes"])
def test_members_that_are_withheld_are_a_problem(field):
    hub = site(owners="/src @shop/pay\n", teams=[Team("shop/pay", ("ana",))])
    hub.withheld.add(field)
    assert "teams of CODEOWNERS are not visible" in synced(hub).problems[0].text


def test_an_owner_who_is_no_account_is_kept_by_the_login():
    batch = synced(site(owners="/src @nobody Eve@Shop.example\n"))
    assert {row[1] for row in entries(batch)} == {key_of("nobody"), key_of("eve@shop.example")}
    assert batch.problems == ()


def touched(files, owners, *done):
    batch = synced(site(change(*done, files=files), owners=owners))
    return events(batch, "scope_chain")


@pytest.mark.parametrize(
    ("files", "owners", "areas"),
    [
        (["src/a.py"], "/src @ana\n", ["/src"]),
        (["src/a.py"], "/src @ana\n/src/a.py @ben\n", ["/src/a.py"]),  # the last line wins
        (["src/a.py"], "/src/a.py @ben\n/src @ana\n", ["/src"]),
        (["src/a.py"], "/src @ana\n* @ben\n", []),  # a catch-all is no area
        (["src/a.py"], "* @ben\n", []),
        (["a", "src/a", "lib/a", "lib/b"], "/src @ana\n/lib @ben\n", ["/lib", "/src"]),
        (["src/a", "lib/b"], "/src @ana\n/libs @ben\n/lib @ben\n", ["/lib", "/src"]),
        (["docs/a/b.md"], "docs/* @ana\n", []),  # one level
        ([], "/src @ana\n", []),
        (["src/a.py"], "/src\n", ["/src"]),  # an area that nobody owns
    ],
)
def test_a_pull_request_touches_the_areas_of_its_files(files, owners, areas):
    chain = [*(f"path:shop/till:{area}" for area in areas), "repository:shop/till"]
    assert touched(files, owners) == ["\n".join(chain)]


def test_each_event_has_the_areas_of_its_time():
    owners = [OwnersFile(at(hours=1), "/src @ana\n"), OwnersFile(at(hours=3), "/src/pay @ana\n")]
    done = [Event("labeled", at(hours=n), "ben") for n in (2, 4)]
    assert touched(["src/pay/a"], owners, *done) == [
        "repository:shop/till",
        "path:shop/till:/src\nrepository:shop/till",
        "path:shop/till:/src/pay\nrepository:shop/till",
    ]


def test_a_chain_ends_somewhere():
    files = [f"d{n}/a" for n in range(130)]
    owners = "".join(f"/d{n} @ana\n" for n in range(130))
    (chain,) = touched(files, owners)
    assert chain.count("path:") == 100
    assert chain.endswith("\nrepository:shop/till")


def test_many_files_are_read_to_their_end():
    assert touched([*(f"lib/{n}" for n in range(250)), "src/a"], "/src @ana\n") == [
        "path:shop/till:/src\nrepository:shop/till"
    ]
