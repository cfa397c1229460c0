import hmac
import json
import shutil
import subprocess
from datetime import timedelta

import pytest

from connectors import git_cursor
from connectors.connector import SourceError
from models.privacy import account_key
from models.tables.registry import TABLES
from tests.connectors.histories import (
    ANA,
    BEN,
    CAI,
    KEY,
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

ANA_KEY, BEN_KEY, CAI_KEY = (
    account_key(KEY, "history", f"{name}@plant.example") for name in ("ana", "ben", "cai")
)


def _trailers(batch):
    rows = batch.rows["raw.trailers"].select("trailer", "account_key").sort("trailer").rows()
    return [
        (trailer, {ANA_KEY: "ana", BEN_KEY: "ben", CAI_KEY: "cai"}[key]) for trailer, key in rows
    ]


def _accounts(batch):
    return {row["account_id"]: row for row in batch.rows["raw.accounts"].to_dicts()}


@pytest.mark.parametrize("bare", [True, False])
def test_a_commit_has_its_people_moment_files_and_lines(tmp_path, bare):
    folder = repository(
        tmp_path / "shop.git",
        Change(1, {"a.c": "1\n2\n"}, ANA),
        Change(12, {"a.c": "1\n3\n", "b.c": "4\n"}, BEN, committer=CAI),
        bare=bare,
    )
    batch = sync(folder)
    latest = batch.rows["raw.commits"].row(0, named=True)
    assert latest == {
        "source": "history",
        "commit_id": tip(folder),
        "repository": "shop",
        "committed_at": january(12),
        "utc_week": january(12).date(),
        "author_key": BEN_KEY,
        "committer_key": CAI_KEY,
        "file_count": 2,
        "lines_changed": 3,
        "flags_version": git_cursor.FLAGS_VERSION,
    }
    assert batch.rows["raw.commit_files"]["path"].to_list() == ["a.c", "b.c", "a.c"]
    assert batch.problems[0].text.startswith("no owners file")


def test_every_table_keeps_its_declaration(tmp_path):
    owners = "AREA\nM: Ana Roth <ana@plant.example>\nF: src/\n"
    body = "Acked-by: Ben Ito <ben@plant.example>\n"
    folder = repository(tmp_path / "r", Change(1, {"MAINTAINERS": owners}, body=body))
    batch = sync(folder)
    assert len({**batch.rows, **batch.whole}) == 6
    for name, rows in {**batch.rows, **batch.whole}.items():
        assert rows.height == TABLES[name].schema.validate(rows).height > 0


def test_trailers_of_others_count_wherever_they_stand(tmp_path):
    body = (
        "Reviewed-by: Ben Ito <BEN@plant.example>\n\n"
        "acked-by: cai@plant.example\n"
        "Tested-by: Ben Ito <ben@plant.example>, Cai Lund <cai@plant.example>\n"
        "Reviewed-by: Ana Roth <ana@plant.example>\n"
        "Reviewed-by: somebody without an address\n"
        "> Acked-by: Ben Ito <ben@plant.example>\n"
        "\ngit-svn-id: svn://svn.plant.example/trunk@12\n"
    )
    batch = sync(repository(tmp_path / "r", Change(1, {"a": "1"}, ANA, body=body)))
    assert sorted(_trailers(batch)) == [
        ("acked", "cai"), ("reviewed", "ben"), ("tested", "ben"), ("tested", "cai"),
    ]  # fmt: skip


def test_merges_are_not_read(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}))
    root = tip(folder)
    add(folder, Change(2, {"b": "1"}))
    side = git("commit-tree", "-p", root, "-m", "side", f"{root}^{{tree}}", folder=_named(folder))
    merge = git("commit-tree", "-p", "HEAD", "-p", side, "-m", "m", "HEAD^{tree}", folder=folder)
    git("update-ref", "refs/heads/main", merge, folder=folder)
    found = sync(folder).rows["raw.commits"]["commit_id"].to_list()
    assert merge not in found
    assert {root, side} < set(found)


def _named(folder):
    git("config", "user.name", "Ana Roth", folder=folder)
    git("config", "user.email", "ana@plant.example", folder=folder)
    return folder


def test_hostile_names_and_paths_come_out_harmless_and_whole(tmp_path):
    hostile = "Eve\x1b[31m \u202eRoth\x01\u200b =HYPERLINK(1) <eve\u202e@plant.example>"
    paths = [":100644 100644 a b M\tx", 'q"uote\\', "line\nbreak", "größe.c", "\x01\x02", "=cmd"]
    folder = repository(
        tmp_path / "r",
        Change(
            1, dict.fromkeys(paths, "1\n"), hostile, body=":100644 0 0 0 M\tno\n\x01Acked-by: x"
        ),
    )
    batch = sync(folder)
    assert set(batch.rows["raw.commit_files"]["path"]) == set(paths)
    assert batch.rows["raw.commits"]["lines_changed"].to_list() == [len(paths)]
    account = _accounts(batch)["eve@plant.example"]
    assert account["name"] == "Eve [31m Roth =HYPERLINK(1)"


def test_bytes_that_are_no_text_are_shown_as_numbers(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"ok": "1"}))
    stream = (
        b"commit refs/heads/main\nauthor \xff\xfeAna <ana@plant.example> 1767300000 +0000\n"
        b"committer Ana <ana@plant.example> 1767300000 +0000\ndata 1\nx\n"
        b"from refs/heads/main^0\nM 100644 inline caf\xe9\ndata 1\nx\n"
    )
    git("fast-import", "--quiet", folder=folder, stdin=stream)
    assert "caf\\xe9" in sync(folder).rows["raw.commit_files"]["path"].to_list()


def test_a_commit_without_files_has_zero_lines_and_a_binary_file_none(tmp_path):
    folder = repository(
        tmp_path / "r", Change(1, {"x.bin": "\0\1\2"}), Change(2, {"a": "1\n"}), Change(3)
    )
    rows = sync(folder).rows["raw.commits"].select("file_count", "lines_changed").rows()
    assert rows == [(0, 0), (1, 1), (1, 0)]


def test_lines_are_null_only_where_a_blob_is_absent(tmp_path):
    origin = repository(tmp_path / "origin", Change(1, {"a": "1\n"}), Change(2, {"b": "1\n2\n"}))
    git("config", "uploadpack.allowFilter", "true", folder=origin)
    partial = tmp_path / "partial"
    git("clone", "--quiet", "--bare", "--filter=blob:none", f"file://{origin}", partial)
    git("cat-file", "-p", "HEAD:b", folder=partial)
    rows = sync(partial, owners="none").rows["raw.commits"].select("file_count", "lines_changed")
    assert rows.rows() == [(1, 2), (1, None)]
    packs = list((partial / "objects").rglob("*.promisor"))
    shutil.rmtree(origin)
    assert sync(partial, owners="none").rows["raw.commits"].height == 2
    assert list((partial / "objects").rglob("*.promisor")) == packs


def test_the_window_takes_since_and_leaves_until(tmp_path):
    folder = repository(tmp_path / "r", *(Change(day, {"a": str(day)}) for day in (1, 5, 2, 9)))
    batch = sync(folder, since=january(2), until=january(9))
    assert [at.day for at in batch.rows["raw.commits"]["committed_at"]] == [2, 5]


def test_clones_of_one_name_are_told_apart_by_the_folder_above(tmp_path):
    one = repository(tmp_path / "a" / "repo.git", Change(1, {"a": "1"}, ANA))
    two = repository(tmp_path / "b" / "repo.git", Change(1, {"a": "2"}, BEN))
    assert set(sync(one, two).rows["raw.commits"]["repository"]) == {"a/repo", "b/repo"}
    with pytest.raises(SourceError, match="twice in paths"):
        sync(one, one)


def test_a_path_that_is_no_repository_is_refused_even_inside_another(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}), bare=False)
    (folder / "below").mkdir()
    with pytest.raises(SourceError, match="below is no git repository"):
        sync(folder / "below")
    with pytest.raises(SourceError, match="absent is no folder"):
        sync(folder / "absent")


def test_a_refusal_over_the_owner_tells_the_remedy(tmp_path, monkeypatch):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setattr(
        "connectors.git_command._outer_environment",
        lambda above: {
            "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1",
            "LC_ALL": "C",
            "HOME": str(tmp_path),
        },
    )
    with pytest.raises(SourceError, match=r"config --global --add safe\.directory"):
        sync(folder)


def test_a_missing_git_is_said_plainly(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SourceError, match="git is not installed"):
        sync(tmp_path)


def test_a_damaged_repository_is_an_error_with_a_remedy(tmp_path):
    folder = repository(tmp_path / "r", Change(1, {"a": "1"}), Change(2, {"a": "2"}))
    tree = git("rev-parse", "HEAD^{tree}", folder=folder)
    (folder / "objects" / tree[:2] / tree[2:]).unlink()
    with pytest.raises(SourceError, match=r"git \S+ failed \(git: fatal.*fsck"):
        sync(folder, owners="none")
    shutil.rmtree(folder / "objects" / git("rev-parse", "HEAD", folder=folder)[:2])
    with pytest.raises(SourceError, match="fsck"):
        sync(folder)


def test_an_empty_repository_has_no_rows_and_a_problem(tmp_path):
    folder = repository(tmp_path / "r")
    batch = sync(folder)
    assert all(rows.is_empty() for rows in {**batch.rows, **batch.whole}.values())
    assert ["HEAD names no commit" in problem.text for problem in batch.problems] == [True]
    add(folder, Change(1, {"a": "1"}))
    assert sync(folder, cursor=batch.cursor).rows["raw.commits"].height == 1


def test_mailmap_joins_addresses_and_names_what_it_names(tmp_path):
    mailmap = "Ana Roth <ana@plant.example> <old@plant.example>\n"
    folder = repository(
        tmp_path / "r",
        Change(1, {".mailmap": mailmap}, "ar <OLD@plant.example>"),
        Change(2, {"a": "1"}, "Ana R <ana@plant.example>"),
        Change(3, {"a": "2"}, BEN),
    )
    accounts = _accounts(sync(folder))
    shown = {
        address: (row["canonical_key"], row["canonical_name"], row["is_mapped"])
        for address, row in accounts.items()
    }
    assert shown == {
        "old@plant.example": (ANA_KEY, "Ana Roth", True),
        "ana@plant.example": (ANA_KEY, "Ana R", True),
        "ben@plant.example": (BEN_KEY, None, False),
    }


def test_an_account_has_its_latest_name_and_its_first_and_last_moment(tmp_path):
    folder = repository(
        tmp_path / "r",
        Change(1, {"a": "1"}, "A <ANA@plant.example>"),
        Change(4, {"a": "2"}, ANA),
        Change(2, {"a": "3"}, "B <ana@plant.example>"),
    )
    [account] = sync(folder).rows["raw.accounts"].to_dicts()
    assert (account["name"], account["kind"]) == ("Ana Roth", "human")
    assert (account["first_seen_at"], account["last_seen_at"]) == (january(1), january(4))
    assert account["account_key"] == ANA_KEY


def test_keys_are_stable_and_differ_by_source_and_key():
    assert account_key(KEY, "a", "X@y.example") == account_key(KEY, "a", "x@y.example")
    assert account_key(KEY, "a", "x") != account_key(KEY, "b", "x")
    assert account_key(KEY, "a", "x") != account_key(b"other", "a", "x")
    known = hmac.new(KEY, b"a\0x", "sha256").hexdigest()[:32]
    assert account_key(KEY, "a", "X") == known


def test_no_text_of_a_commit_is_in_any_table(tmp_path):
    canary = "Canary-4711"
    folder = repository(
        tmp_path / "r", Change(1, {"a": canary}, body=f"{canary}\n\n{canary}: {canary}")
    )
    batch = sync(folder)
    tables = [*batch.rows.values(), *batch.whole.values()]
    assert canary not in "".join(rows.write_csv() for rows in tables)
    assert canary not in json.dumps(batch.cursor)


def test_settings_of_the_machine_change_nothing(tmp_path, monkeypatch):
    folder = repository(
        tmp_path / "r", Change(1, {"a": "1\n"}), Change(2, {"b": "1\n"}), bare=False
    )
    expected = stored_after(sync(folder))
    config = tmp_path / "config"
    config.write_text(
        "[log]\nshowSignature=true\nfollow=true\nshowRoot=false\n[color]\nui=always\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    (folder / ".gitattributes").write_text("* binary\n")
    assert_same(stored_after(sync(folder)), expected)


def test_one_process_a_pass_however_many_commits(tmp_path, monkeypatch):
    folder = repository(
        tmp_path / "r",
        *(Change(january(1) + timedelta(minutes=m), {"a": str(m)}) for m in range(200)),
    )
    calls = []
    original = subprocess.Popen.__init__

    def counted(self, arguments, **options):
        calls.append(arguments)
        original(self, arguments, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", counted)
    assert sync(folder).rows["raw.commits"].height == 200
    assert len(calls) < 15
