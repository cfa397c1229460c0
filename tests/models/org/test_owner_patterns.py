import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.org.owner_patterns import matches

PATHS = [
    "README", "README.md", "Makefile", "src/main.c", "src/main.h", "src/net/tcp.c",
    "src/net/ip/v4.c", "src/network.c", "srcs/main.c", "docs/a.md", "docs/b/c.md", "a.b/x", "axb/x",
    "lib/größe (1)/x+y.c", "x/docs/d.md",
]  # fmt: skip


def _matched(dialect, pattern, paths=None):
    found = matches(
        pl.LazyFrame({"path": paths or PATHS}),
        pl.LazyFrame({"dialect": [dialect], "pattern": [pattern]}),
    )
    return sorted(found.collect()["path"])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("src/net/", ["src/net/ip/v4.c", "src/net/tcp.c"]),
        ("src/net", ["src/net/ip/v4.c", "src/net/tcp.c", "src/network.c"]),
        ("src/main.c", ["src/main.c"]),
        ("README", ["README", "README.md"]),
        ("src/*", ["src/main.c", "src/main.h", "src/network.c"]),
        ("src/*/", ["src/net/ip/v4.c", "src/net/tcp.c"]),
        ("*/main.?", ["src/main.c", "src/main.h", "srcs/main.c"]),
        ("src/**/*.c", ["src/main.c", "src/net/ip/v4.c", "src/net/tcp.c", "src/network.c"]),
        ("a.b/*", ["a.b/x"]),
        ("src/main.[ch]*", ["src/main.c", "src/main.h"]),
        ("lib/größe (1)/x+*", ["lib/größe (1)/x+y.c"]),
        ("src/[", []),
    ],
)
def test_maintainers_match_as_get_maintainer_does(pattern, expected):
    assert _matched("maintainers", pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("v[0-9]", ["src/net/ip/v4.c"]),
        ("^docs/ .* md$", ["docs/a.md", "docs/b/c.md"]),
        ("(unclosed", []),
    ],
)
def test_expressions_are_found_anywhere_and_blanks_in_them_do_not_count(pattern, expected):
    assert _matched("maintainers_regex", pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.md", ["README.md", "docs/a.md", "docs/b/c.md", "x/docs/d.md"]),
        ("docs/", ["docs/a.md", "docs/b/c.md", "x/docs/d.md"]),
        ("/docs/", ["docs/a.md", "docs/b/c.md"]),
        ("/docs", ["docs/a.md", "docs/b/c.md"]),
        ("docs/*", ["docs/a.md"]),
        ("docs/**", ["docs/a.md", "docs/b/c.md"]),
        ("**/docs/", ["docs/a.md", "docs/b/c.md", "x/docs/d.md"]),
        ("src/**/v4.c", ["src/net/ip/v4.c"]),
        ("src/**/main.c", ["src/main.c"]),
        ("src/net/ip", ["src/net/ip/v4.c"]),
        ("src/main.c", ["src/main.c"]),
        ("src/main", []),
        ("main.c", ["src/main.c", "srcs/main.c"]),
        ("/*.md", ["README.md"]),
        ("src/*/tcp.c", ["src/net/tcp.c"]),
        ("src/net/", ["src/net/ip/v4.c", "src/net/tcp.c"]),
        ("*", sorted(PATHS)),
    ],
)
def test_codeowners_match_as_its_hosts_do(pattern, expected):
    assert _matched("codeowners", pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("src/net/", ["src/net/ip/v4.c", "src/net/tcp.c"]),
        ("src/*.c", ["src/main.c", "src/network.c"]),
        ("/", sorted(PATHS)),
    ],
)
def test_owners_have_all_below_their_folder_and_files_in_it(pattern, expected):
    assert _matched("owners", pattern) == expected


def test_nothing_matches_nothing():
    paths = pl.LazyFrame(schema={"path": pl.String})
    patterns = pl.LazyFrame(schema={"dialect": pl.String, "pattern": pl.String})
    assert matches(paths, patterns).collect().is_empty()


def _as_the_script_has_it(path, pattern):
    """file_match_pattern of get_maintainer.pl, with a folder's slash added as it does."""
    said = pattern.replace(".", r"\.").replace("*", ".*").replace("?", ".")
    if any(other.startswith(pattern + "/") for other in (path,)) and not re.search(
        r"[*?]", pattern
    ):
        said += "/"
    if not re.match(said, path):
        return False
    return said.endswith("/") or path.count("/") == said.count("/")


_part = st.text(alphabet="ab.", min_size=1, max_size=3)
_wild = st.text(alphabet="ab.*?", min_size=1, max_size=3).filter(lambda part: "**" not in part)


@settings(max_examples=60, deadline=None)
@given(
    paths=st.lists(st.lists(_part, min_size=1, max_size=3).map("/".join), min_size=1, max_size=8),
    patterns=st.lists(
        st.builds(
            lambda parts, end: "/".join(parts) + end,
            st.lists(_wild, min_size=1, max_size=3),
            st.sampled_from(["", "/"]),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_maintainers_match_what_the_script_matches(paths, patterns):
    found = matches(
        pl.LazyFrame({"path": paths}),
        pl.LazyFrame({"pattern": patterns}).select(
            dialect=pl.lit("maintainers"), pattern="pattern"
        ),
    ).collect()
    expected = {
        (path, pattern)
        for path in paths
        for pattern in patterns
        if _as_the_script_has_it(path, pattern)
    }
    assert set(found.select("path", "pattern").rows()) == expected
