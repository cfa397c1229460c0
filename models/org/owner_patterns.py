"""Which paths a pattern of an owners file matches, as the tools that read the file have it.

Patterns become a folder to look below and, only where they hold a wildcard, an expression to try
on what lies there: most patterns are settled by one join of folders. What areas a commit touches
by that is in `commit_scopes`.
"""

import polars as pl

from models.settled import settled

WILDCARD = r"[*?]|\[.*\]"  # a class in brackets is one for get_maintainer.pl


def matches(paths: pl.LazyFrame, owner_patterns: pl.LazyFrame) -> pl.LazyFrame:
    """Pairs of a path and a pattern that matches it, once each: path, dialect, pattern.

    Each pattern is taken by itself: exclusions, catch-alls and the order of CODEOWNERS are for
    the caller. A pattern that is no valid expression matches nothing; matching takes linear time.

    Source: file_match_pattern in scripts/get_maintainer.pl, torvalds/linux; "About code owners",
    docs.github.com, and gitignore(5) without negation.
    """
    files = settled(paths.select("path").unique())
    patterns = owner_patterns.select("dialect", "pattern").unique()
    below = pl.concat(
        [_maintainers(patterns), _names(patterns), _codeowners(patterns), _folders(patterns)]
    )
    placed = _places(files).join(below, on="place")
    is_tried = pl.col("path").str.contains(pl.col("expression"), strict=False)
    found = [
        placed.filter(pl.col("expression").is_null() | is_tried.fill_null(value=False)),
        _beside(files, patterns),
    ]
    return pl.concat([part.select("path", "dialect", "pattern") for part in found]).unique()


def _places(files: pl.LazyFrame) -> pl.LazyFrame:
    """Each path with every folder above it (the root is empty) and with itself."""
    parts = pl.col("path").str.split("/")
    folders = (
        files.with_columns(depth=pl.int_ranges(0, parts.list.len()))
        .explode("depth")
        .with_columns(place=parts.list.head(pl.col("depth")).list.join("/"))
        .select(
            "path",
            place=pl.when(pl.col("depth") > 0).then(pl.col("place") + "/").otherwise(pl.lit("")),
        )
    )
    return pl.concat([folders, files.select("path", place="path")])


def _maintainers(patterns: pl.LazyFrame) -> pl.LazyFrame:
    """F and X of MAINTAINERS but for what `_beside` finds.

    A folder has all below it. A wildcard elsewhere stays in its folder: the number of slashes
    must be the same, unless it is `**`.
    """
    pattern = pl.col("pattern")
    is_folder, is_wild = pattern.str.ends_with("/"), pattern.str.contains(WILDCARD)
    is_deep = pattern.str.contains("**", literal=True)
    plain = pattern.str.replace_all(r"([\\.+(){}^$|])", r"\${1}")
    anywhere = plain.str.replace_all("?", ".", literal=True).str.replace_all(r"\*+", ".*")
    return patterns.filter(pl.col("dialect") == "maintainers").select(
        "dialect",
        "pattern",
        place=pl.when(is_wild)
        .then(_fixed_folder(pattern))
        .when(is_folder)
        .then(pattern)
        .otherwise(pattern + "/"),
        expression=pl.when(is_wild & is_folder)
        .then("^" + anywhere)
        .when(is_wild)
        .then("^" + _wild(plain) + pl.when(is_deep).then(pl.lit("")).otherwise(pl.lit("[^/]*$"))),
    )


def _beside(files: pl.LazyFrame, patterns: pl.LazyFrame) -> pl.LazyFrame:
    """A plain pattern without a slash at its end has every file of its folder that so begins."""
    pattern = pl.col("pattern")
    begun = patterns.filter(
        pl.col("dialect") == "maintainers",
        ~pattern.str.contains(WILDCARD),
        ~pattern.str.ends_with("/"),
    )
    return (
        files.with_columns(place=_folder(pl.col("path")))
        .join(begun.with_columns(place=_folder(pattern)), on="place")
        .filter(pl.col("path").str.starts_with(pattern))
    )


def _names(patterns: pl.LazyFrame) -> pl.LazyFrame:
    """N of MAINTAINERS: an expression found anywhere in the path; blanks in it do not count."""
    return patterns.filter(pl.col("dialect") == "maintainers_regex").select(
        "dialect",
        "pattern",
        place=pl.lit(""),
        expression=pl.col("pattern").str.replace_all(r"\s", ""),
    )


def _codeowners(patterns: pl.LazyFrame) -> pl.LazyFrame:
    """A slash before the end ties a pattern to the root; `*` as last part goes no deeper."""
    pattern = pl.col("pattern")
    core = pattern.str.strip_prefix("/").str.strip_suffix("/")
    is_tied = pattern.str.starts_with("/") | core.str.contains("/", literal=True)
    is_wild = pattern.str.contains(r"[*?]")
    is_folder = pattern.str.ends_with("/")
    plain = core.str.replace_all(r"([\\.+()\[\]{}^$|])", r"\${1}")
    start = pl.when(is_tied).then(pl.lit("^")).otherwise(pl.lit("^(?:.*/)?"))
    end = (
        pl.when(is_folder)
        .then(pl.lit("/"))
        .when(core.str.contains(r"(^|/)\*$"))
        .then(pl.lit("$"))
        .otherwise(pl.lit("(?:/|$)"))
    )
    every = patterns.filter(pl.col("dialect") == "codeowners")
    tied = every.filter(is_tied, ~is_wild)
    loose = every.filter(~is_tied | is_wild)
    nothing = pl.lit(None, dtype=pl.String)
    return pl.concat(
        [
            tied.select("dialect", "pattern", place=core + "/", expression=nothing),
            tied.filter(~is_folder).select("dialect", "pattern", place=core, expression=nothing),
            loose.select(
                "dialect",
                "pattern",
                place=pl.when(is_tied).then(_fixed_folder(core)).otherwise(pl.lit("")),
                expression=start + _wild(plain) + end,
            ),
        ]
    )


def _folders(patterns: pl.LazyFrame) -> pl.LazyFrame:
    """OWNERS: a folder with all below, a slash alone for the root; else files of one folder."""
    pattern = pl.col("pattern")
    is_file = ~pattern.str.ends_with("/")
    plain = pattern.str.replace_all(r"([\\.+()\[\]{}^$|])", r"\${1}")
    return patterns.filter(pl.col("dialect") == "owners").select(
        "dialect",
        "pattern",
        place=pl.when(is_file)
        .then(_fixed_folder(pattern))
        .when(pattern == "/")
        .then(pl.lit(""))
        .otherwise(pattern),
        expression=pl.when(is_file).then("^" + _wild(plain) + "$"),
    )


def _wild(plain: pl.Expr) -> pl.Expr:
    """An expression of a pattern whose other signs are escaped; `*` and `?` stay in a folder."""
    return (
        plain.str.replace_all(r"(^|/)\*\*/", "${1}\x01")
        .str.replace_all("**", "\x02", literal=True)
        .str.replace_all("*", "[^/]*", literal=True)
        .str.replace_all("?", "[^/]", literal=True)
        .str.replace_all("\x01", "(?:.*/)?", literal=True)
        .str.replace_all("\x02", ".*", literal=True)
    )


def _folder(path: pl.Expr) -> pl.Expr:
    return path.str.extract(r"^(.*/)").fill_null("")


def _fixed_folder(pattern: pl.Expr) -> pl.Expr:
    """The folder named before the first wildcard."""
    return _folder(pattern.str.extract(r"^([^*?\[]*)"))
