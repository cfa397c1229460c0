import shutil
from datetime import datetime

import pytest

from models.privacy import account_key
from tests.connectors.histories import BEN, KEY, Change, add, git, january, repository, sync


def _entries(batch):
    """Scope, account and days of each stretch of time."""
    names = {
        account_key(KEY, "history", account): account
        for account in batch.rows["raw.accounts"]["account_id"]
    }
    return sorted(
        (row["scope_id"], names[row["account_key"]].split("@plant")[0], *_days(row))
        for row in batch.whole["raw.owner_entries"].to_dicts()
    )


def _patterns(batch):
    rows = batch.whole["raw.owner_patterns"].to_dicts()
    return sorted((row["scope_id"], row["pattern"], *_days(row)) for row in rows)


def _days(row):
    return row["valid_from"].day, row["valid_to"] and row["valid_to"].day


def _maintainers(*sections):
    """Sections as (title, path, names)."""
    return "\n\n".join(
        "\n".join([title, *(f"M: {name} <{name}@plant.example>" for name in names), f"F: {path}"])
        for title, path, names in sections
    )


def test_who_is_added_removed_or_in_a_renamed_section_is_listed_for_that_time(tmp_path):
    texts = [
        _maintainers(("Wiring", "src/", ["ana"])),
        _maintainers(("Wiring", "src/", ["ana", "ben"])),
        _maintainers(("Wiring", "src/", ["ben"])),
        _maintainers(("Cables", "src/", ["ben"])),
        _maintainers(("Cables", "src/", ["ana", "ben"])),
    ]
    changes = [Change(day, {"MAINTAINERS": text}) for day, text in enumerate(texts, 1)]
    batch = sync(repository(tmp_path / "r", *changes), since=january(4))
    assert _entries(batch) == [
        ("Cables", "ana", 5, None),
        ("Cables", "ben", 4, None),
        ("Wiring", "ana", 1, 3),
        ("Wiring", "ben", 2, 4),
    ]
    assert _patterns(batch) == [("Cables", "src/", 4, None), ("Wiring", "src/", 1, 4)]


def test_a_version_without_sense_ends_what_it_ends_and_the_next_begins_anew(tmp_path):
    good = _maintainers(("Wiring", "src/", ["ana"]))
    texts = [good, "gone \x00\xff", good]
    changes = [Change(day, {"MAINTAINERS": text}) for day, text in enumerate(texts, 1)]
    batch = sync(repository(tmp_path / "r", *changes))
    assert _entries(batch) == [("Wiring", "ana", 1, 2), ("Wiring", "ana", 3, None)]


def test_dates_that_run_backwards_are_raised_and_no_stretch_is_empty(tmp_path):
    texts = [_maintainers(("Wiring", "src/", [name])) for name in ("ana", "ben", "cai")]
    days = [5, 2, 7]
    changes = [Change(day, {"MAINTAINERS": text}) for day, text in zip(days, texts, strict=True)]
    batch = sync(repository(tmp_path / "r", *changes))
    assert _entries(batch) == [("Wiring", "ben", 5, 7), ("Wiring", "cai", 7, None)]


def test_a_change_on_a_branch_holds_from_its_merge(tmp_path):
    before = _maintainers(("Wiring", "src/", ["ana"]))
    after = _maintainers(("Wiring", "src/", ["ben"]))
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": before}))
    root = git("rev-parse", "HEAD", folder=folder)
    add(folder, Change(2, {"MAINTAINERS": after}, BEN))
    side = git("rev-parse", "HEAD", folder=folder)
    add(folder, Change(3, {"a": "1"}), on=root)
    tree = git("rev-parse", f"{side}^{{tree}}", folder=folder)
    head = git("rev-parse", "HEAD", folder=folder)
    people = "Ana Roth <ana@plant.example>"
    at = int(january(9).timestamp())
    merge = (
        f"tree {tree}\nparent {head}\nparent {side}\nauthor {people} {at} +0000\n"
        f"committer {people} {at} +0000\n\nmerge\n"
    )
    commit = git(
        "hash-object", "-t", "commit", "-w", "--stdin", folder=folder, stdin=merge.encode()
    )
    git("update-ref", "refs/heads/main", commit, folder=folder)
    assert _entries(sync(folder)) == [("Wiring", "ana", 1, 9), ("Wiring", "ben", 9, None)]


def test_changes_at_or_after_until_are_not_known_yet(tmp_path):
    texts = [_maintainers(("Wiring", "src/", [name])) for name in ("ana", "ben")]
    folder = repository(
        tmp_path / "r",
        *(Change(day, {"MAINTAINERS": text}) for day, text in zip((1, 5), texts, strict=True)),
    )
    first = sync(folder, until=january(5))
    assert _entries(first) == [("Wiring", "ana", 1, None)]
    assert _entries(sync(folder, cursor=first.cursor)) == [
        ("Wiring", "ana", 1, 5), ("Wiring", "ben", 5, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "kind", "expected"),
    [
        (["MAINTAINERS", "CODEOWNERS"], "auto", "component"),
        (["MAINTAINERS", "CODEOWNERS"], "CODEOWNERS", "path"),
        (["docs/CODEOWNERS"], "auto", "path"),
        ([".gitlab/CODEOWNERS"], "auto", "path"),
        (["MAINTAINERS.md", "OWNERS"], "auto", "repository"),
        (["src/OWNERS"], "auto", "path"),
    ],
)
def test_the_first_kind_of_owners_file_that_is_there_counts(tmp_path, files, kind, expected):
    texts = {
        "MAINTAINERS": _maintainers(("Wiring", "src/", ["ana"])),
        "MAINTAINERS.md": "- Ana Roth <ana@plant.example>\n",
        "CODEOWNERS": "/src/ ana@plant.example\n",
        "OWNERS": "ana@plant.example\n",
    }
    folder = repository(tmp_path / "r", Change(1, {f: texts[f.split("/")[-1]] for f in files}))
    entries = sync(folder, owners=kind).whole["raw.owner_entries"]
    assert entries["scope_type"].to_list() == [expected]


def test_codeowners_counts_where_its_host_looks_first(tmp_path):
    folder = repository(
        tmp_path / "r",
        Change(1, {"CODEOWNERS": "/a/ ana@plant.example\n"}),
        Change(2, {".github/CODEOWNERS": "/a/ ben@plant.example\n"}),
        Change(3, {"CODEOWNERS": "/a/ cai@plant.example\n"}),
        Change(4, {".github/CODEOWNERS": None}),
    )
    assert _entries(sync(folder)) == [
        ("/a/", "ana", 1, 2), ("/a/", "ben", 2, 4), ("/a/", "cai", 4, None),
    ]  # fmt: skip


def test_owners_in_folders_have_a_history_each(tmp_path):
    folder = repository(
        tmp_path / "r",
        Change(1, {"OWNERS": "ana@plant.example\n", "src/OWNERS": "ben@plant.example\n"}),
        Change(2, {"src/OWNERS": None}),
    )
    assert _entries(sync(folder)) == [("r", "ana", 1, None), ("src/", "ben", 1, 2)]


def test_logins_and_lists_are_accounts_too(tmp_path):
    folder = repository(
        tmp_path / "r",
        Change(1, {"CODEOWNERS": "/a/ @Ana @plant/wiring\n"}),
    )
    kinds = dict(sync(folder).rows["raw.accounts"].select("account_id", "kind").rows())
    assert (kinds["@ana"], kinds["@plant/wiring"]) == ("human", "shared")
    listed = "Wiring\nM: Ana Roth <ana@plant.example>\nL: talk@plant.example\nF: src/\n"
    body = "Acked-by: Talk <talk@plant.example>\n"
    other = repository(tmp_path / "s", Change(1, {"MAINTAINERS": listed}, body=body))
    kinds = dict(sync(other).rows["raw.accounts"].select("account_id", "kind").rows())
    assert kinds["talk@plant.example"] == "shared"


def test_titles_that_stand_twice_are_one_problem(tmp_path):
    twice = _maintainers(*[(title, title, ["ana"]) for title in ("A", "B", "A", "B")])
    problems = sync(repository(tmp_path / "r", Change(1, {"MAINTAINERS": twice}))).problems
    assert [problem.text.split(",")[0] for problem in problems] == [
        "2 titles head more than one section"
    ]


def test_versions_that_are_absent_are_told_and_the_rest_holds(tmp_path):
    texts = [_maintainers(("Wiring", "src/", [name])) for name in ("ana", "ben", "cai")]
    changes = [Change(day, {"MAINTAINERS": text}) for day, text in enumerate(texts, 1)]
    origin = repository(tmp_path / "o", *changes)
    git("config", "uploadpack.allowFilter", "true", folder=origin)
    partial = tmp_path / "partial"
    git("clone", "--quiet", "--bare", "--filter=blob:none", f"file://{origin}", partial)
    for version in ("HEAD", "HEAD~2"):
        git("cat-file", "-p", f"{version}:MAINTAINERS", folder=partial)
    shutil.rmtree(origin)
    batch = sync(partial)
    assert _entries(batch) == [("Wiring", "ana", 1, 3), ("Wiring", "cai", 3, None)]
    assert ["1 versions are absent" in problem.text for problem in batch.problems] == [True]


def test_none_reads_no_owners_and_finds_no_fault(tmp_path):
    text = _maintainers(("Wiring", "src/", ["ana"]))
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": text}))
    batch = sync(folder, owners="none")
    assert batch.whole["raw.owner_entries"].is_empty()
    assert batch.problems == ()


def test_moments_are_those_of_the_commits(tmp_path):
    text = _maintainers(("Wiring", "src/", ["ana"]))
    batch = sync(repository(tmp_path / "r", Change(3, {"MAINTAINERS": text})))
    [row] = batch.whole["raw.owner_entries"].to_dicts()
    assert row["valid_from"] == january(3)
    assert isinstance(row["valid_from"], datetime)
