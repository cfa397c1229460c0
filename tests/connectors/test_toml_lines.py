import tomllib

import pytest

from connectors.toml_lines import line, lines

TEXT = '''\
# first
title = "a # no comment [x]"
text = """
[not.a.table]
key = 1
"""
[company]
name = 'x'   # why
"quoted key".inner = 2

[[sources]]
name = "a"
paths = [
  "one",  # [[sources]]
  "two",
]
[sources.more]
deep = { inline = 1 }

[[sources]]
name = "b"
'''


@pytest.mark.parametrize(
    ("path", "number"),
    [
        (("title",), 2),
        (("text",), 3),
        (("company",), 7),
        (("company", "name"), 8),
        (("company", "quoted key", "inner"), 9),
        (("sources",), 11),
        (("sources", 0), 11),
        (("sources", 0, "paths"), 13),
        (("sources", 0, "paths", 1), 13),
        (("sources", 0, "more", "deep", "inline"), 18),
        (("sources", 1), 20),
        (("sources", 1, "name"), 21),
        (("sources", 1, "missing"), 20),
        (("nowhere",), 1),
    ],
)
def test_a_key_is_found_on_its_line(path, number):
    assert tomllib.loads(TEXT)
    assert line(lines(TEXT), path) == number


def test_windows_line_ends_count_once():
    assert lines("a = 1\r\nb = 2\r\n") == {("a",): 1, ("b",): 2}


def test_an_empty_text_has_no_lines():
    assert lines("") == {}
