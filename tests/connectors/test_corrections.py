# ruff: noqa: E501 - problems stand here as they are told
from datetime import UTC, datetime

import pytest

from connectors.corrections import KINDS, Corrections, read
from connectors.org_files import problem_line

GOOD = """\
# answers of the week
[[delegated]]           # from the page of week 47
area  = "project:LNCH"
from  = "tom"
to    = "dana"
since = 2026-11-16

[[not_so]]
finding_id = "f1"
[[done]]
move_id = "m8"
[[owner]]
scope_type = "component"
scope_id = "LNCH/checkout"
person = "dana"
since = "2026-11-16T09:00+01:00"
[[same_person]]
system = "code"
account_id = "d@example.org"
person = "dana"
[[ignore]]
system = "code"
account_id = "list@example.org"
[[contested]]
act_id = "a1"
"""


def given(folder, text: str | bytes) -> Corrections:
    path = folder / "corrections.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read(path, "Europe/Berlin")


def told(found: Corrections) -> list[str]:
    return [problem_line(*row) for row in found.problems.rows()]


def test_every_kind_of_answer_is_read(tmp_path):
    found = given(tmp_path, GOOD)
    assert told(found) == []
    assert {kind: frame.rows() for kind, frame in found.frames.items()} == {
        "delegated": [("project:LNCH", "tom", "dana", datetime(2026, 11, 15, 23, tzinfo=UTC), 2)],
        "not_so": [("f1", 8)],
        "done": [("m8", 10)],
        "owner": [
            ("component", "LNCH/checkout", "dana", datetime(2026, 11, 16, 8, tzinfo=UTC), 12)
        ],
        "same_person": [("code", "d@example.org", "dana", 17)],
        "ignore": [("code", "list@example.org", 21)],
        "contested": [("a1", 24)],
    }


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("[[delegatd]]\narea = 'x'", 'line 3: [[delegatd]] is no kind of answer. Did you mean "dele'),
        ("[done]\nmove_id = 'x'", "line 3: done is no list of entries; head each with [[done]]"),
        ("[[done]]\nmove = 'x'", 'line 3: [[done]] has no "move_id"; fill it in'),
        ("[[done]]\nmove_id = ''", 'line 3: [[done]] has no "move_id"; fill it in'),
        ("[[done]]\nmove_id = 8", 'line 3: [[done]] move_id is no text; write move_id = "8"'),
        ("[[done]]\nmove_id = m8", "line 4: cannot be read: move_id = m8; mend or remove"),
        ("[[done]]\nmove_id = 'm8", "line 4: cannot be read: move_id = 'm8; mend or remove"),
        (
            "[[owner]]\nscope_type='projct'\nscope_id='L'\nperson='p'\nsince=2026-01-01",
            'line 3: [[owner]] scope_type "projct" is not one of company,',
        ),
        (
            "[[owner]]\nscope_type='project'\nscope_id='L'\nperson='p'\nsince='soon'",
            'line 3: [[owner]] since "soon" is no date; write it as 2026-01-31',
        ),
    ],
)  # fmt: skip
def test_an_entry_that_cannot_be_read_is_named_and_the_others_hold(tmp_path, entry, problem):
    found = given(
        tmp_path, f"[[not_so]]\nfinding_id = 'f1'\n{entry}\n[[not_so]]\nfinding_id='f2'\n"
    )
    (line,) = told(found)
    assert line.startswith(f"corrections.toml {problem}")
    assert found.frames["not_so"]["finding_id"].to_list() == ["f1", "f2"]


def test_no_file_and_an_empty_one_have_no_answers(tmp_path):
    for found in (read(tmp_path / "corrections.toml", "UTC"), given(tmp_path, "# nothing\n")):
        assert told(found) == []
        assert {kind: frame.height for kind, frame in found.frames.items()} == dict.fromkeys(
            KINDS, 0
        )


def test_a_file_that_is_not_utf_8_is_named_whole(tmp_path):
    assert told(given(tmp_path, b"\xff\xfe[")) == [
        "corrections.toml: cannot be read: is not UTF-8; mend the file"
    ]
