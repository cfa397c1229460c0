from datetime import UTC, datetime

import polars as pl
import pytest

from models.org.commit_scopes import commit_scopes
from models.tables import raw
from models.tables.org import CommitScopesSchema
from tests.given import rows


def _at(day):
    return datetime(2026, 1, day, tzinfo=UTC)


def _commit(commit_id, *paths, day=10):
    return commit_id, paths, day


def _area(scope_id, pattern, *, scope_type="component", dialect="maintainers", **more):
    return {
        "source": "history",
        "repository": "plant",
        "scope_type": scope_type,
        "scope_id": scope_id,
        "pattern": pattern,
        "dialect": dialect,
        "valid_from": _at(1),
        **more,
    }


def _owned(pattern, position, **more):
    return _area(
        pattern, pattern, scope_type="path", dialect="codeowners", position=position, **more
    )


def _scopes(commits, areas):
    shared = {"source": "history", "repository": "plant"}
    found = commit_scopes(
        rows(
            raw.COMMITS,
            *({**shared, "commit_id": c, "committed_at": _at(d)} for c, _, d in commits),
        ),
        rows(
            raw.COMMIT_FILES,
            *(
                {**shared, "commit_id": c, "path": path, "committed_at": _at(d)}
                for c, paths, d in commits
                for path in paths
            ),
        ),
        rows(raw.OWNER_PATTERNS, *areas),
    ).collect()
    CommitScopesSchema.validate(found)
    return {
        row["commit_id"]: (row["scope_id"], row["scope_chain"].split("\n"))
        for row in found.to_dicts()
    }


def _chain(commit, areas):
    [(_, chain)] = _scopes([commit], areas).values()
    return chain


def test_the_area_with_most_files_is_the_scope_and_all_are_in_the_chain():
    commit = _commit("c", "a/1", "b/1", "b/2")
    assert _scopes([commit], [_area("A", "a/"), _area("B", "b/"), _area("C", "c/")]) == {
        "c": ("B", ["component:B", "component:A", "repository:plant"])
    }


def test_of_areas_with_as_many_files_the_longest_pattern_then_the_name_comes_first():
    areas = [_area("Z", "a/"), _area("Narrow", "a/b/"), _area("A", "a/")]
    assert _chain(_commit("c", "a/b/1"), areas) == [
        "component:Narrow", "component:A", "component:Z", "repository:plant",
    ]  # fmt: skip


def test_a_file_in_an_area_by_two_patterns_counts_once():
    areas = [_area("A", "a/"), _area("A", "a/x*"), _area("B", "b/")]
    assert _chain(_commit("c", "a/x", "b/1", "b/2"), areas)[0] == "component:B"


def test_without_an_area_there_is_only_the_repository():
    assert _scopes([_commit("c", "x")], [_area("A", "a/")]) == {"c": (None, ["repository:plant"])}
    assert _scopes([_commit("c")], []) == {"c": (None, ["repository:plant"])}


def test_an_exclusion_holds_in_its_own_area_only():
    areas = [
        _area("A", "a/"),
        _area("A", "a/b/", is_exclusion=True),
        _area("A", "b.c", dialect="maintainers_regex"),
        _area("B", "a/"),
    ]
    assert _chain(_commit("c", "a/b/b.c"), areas) == ["component:B", "repository:plant"]


def test_catch_alls_cover_nothing():
    areas = [_area("Rest", "*", is_catch_all=True), _area("Rest", "*/", is_catch_all=True)]
    assert _chain(_commit("c", "x", "a/x"), areas) == ["repository:plant"]


@pytest.mark.parametrize(("day", "expected"), [(4, None), (5, "Old"), (8, "Old"), (9, "New")])
def test_an_area_holds_from_its_first_moment_until_before_its_last(day, expected):
    areas = [
        _area("Old", "a/", valid_from=_at(5), valid_to=_at(9)),
        _area("New", "a/", valid_from=_at(9)),
    ]
    [(scope, _)] = _scopes([_commit("c", "a/1", day=day)], areas).values()
    assert scope == expected


def test_in_codeowners_the_last_match_has_the_file():
    areas = [_owned("*", 0, is_catch_all=True), _owned("/a/", 1), _owned("*.js", 2)]
    assert _chain(_commit("c", "a/x.js", "a/y", "a/z", "w"), areas) == [
        "path:/a/", "path:*.js", "repository:plant",
    ]  # fmt: skip


def test_what_a_last_catch_all_takes_belongs_to_no_area():
    areas = [_owned("/a/", 1), _owned("*", 2, is_catch_all=True)]
    assert _chain(_commit("c", "a/x"), areas) == ["repository:plant"]


def test_the_last_match_is_that_of_the_day():
    areas = [_owned("/a/", 1), _owned("*.js", 2, valid_to=_at(5))]
    assert _chain(_commit("c", "a/x.js"), areas)[0] == "path:/a/"


def test_the_whole_repository_stands_once_and_last():
    areas = [_area("plant", "/", scope_type="repository", dialect="owners")]
    assert _scopes([_commit("c", "x")], areas) == {"c": ("plant", ["repository:plant"])}


def test_areas_of_another_repository_or_source_are_not_touched():
    other = [_area("A", "a/", repository="office"), _area("A", "a/", source="else")]
    assert _chain(_commit("c", "a/1"), other) == ["repository:plant"]


def test_a_week_by_itself_is_as_in_the_whole():
    areas = [_area("A", "a/"), _area("B", "b/")]
    commits = [_commit("one", "a/1"), _commit("two", "b/1", "a/1", day=20)]
    whole = _scopes(commits, areas)
    assert {**_scopes(commits[:1], areas), **_scopes(commits[1:], areas)} == whole


def test_no_commits_have_no_scopes():
    assert _scopes([], [_area("A", "a/")]) == {}


def test_titles_with_colons_stay_whole():
    chain = _chain(_commit("c", "a/1"), [_area("A: the first", "a/")])
    assert pl.Series(chain).str.splitn(":", 2).struct[1].to_list() == ["A: the first", "plant"]
