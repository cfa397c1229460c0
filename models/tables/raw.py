"""What the connectors bring: accounts, commits, their trailers and files, and owners files.

What trackers bring is in `tickets`, code hosts in `code_reviews`, calendars in `meetings`.

Texts stop at the connector: no message, subject or body is in any of these tables. Addresses and
names stand in `raw.accounts` alone; everywhere else an account is its keyed `account_key`.
"""

import dataframely as dy
import polars as pl

from models.tables import code_reviews, meetings, tickets
from models.tables import columns as c
from models.tables.table import Table


class AccountsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    account_key = c.text("Keyed digest of source and account id, 32 hex", key=True)
    account_id = c.text("The source's own id: an address in git, a login elsewhere", ops="absent")
    name = c.text("Display name used most lately", nullable=True, ops="absent")
    kind = c.label(c.ACCOUNT_KINDS, "What stands behind the account")
    canonical_key = c.text(
        "Account key of the address that .mailmap names, or of a changed login; its own otherwise"
    )
    canonical_name = c.text("Name that .mailmap gives", nullable=True, ops="absent")
    is_mapped = c.truth("Whether .mailmap names this address, or the login has changed")
    first_seen_at = c.moment("First moment at which it occurs")
    last_seen_at = c.moment("Last moment at which it occurs")


class CommitsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    commit_id = c.text("Full hash", key=True, ops="absent")
    repository = c.text("The clone's name: last part of its path without .git")
    committed_at = c.moment("Committer date")
    utc_week = c.day(c.UTC_WEEK)
    author_key = c.text("Account of the author", nullable=True)
    committer_key = c.text("Account of the committer", nullable=True)
    file_count = c.count("Files changed")
    lines_changed = c.count(
        "Lines added and removed; null where a blob is absent from the clone", nullable=True
    )
    flags_version = c.count("Version of the connector's flags")


class TrailersSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    commit_id = c.text("Full hash", key=True, ops="absent")
    trailer = c.label(["reviewed", "acked", "tested"], "Which trailer", key=True)
    account_key = c.text("Account that the trailer names", key=True)
    committed_at = c.moment("Committer date of the commit")
    utc_week = c.day(c.UTC_WEEK)


class CommitFilesSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    commit_id = c.text("Full hash", key=True, ops="absent")
    path = c.text("Path of a changed file", key=True, ops="absent")
    repository = c.text("The clone's name")
    committed_at = c.moment("Committer date of the commit")
    utc_week = c.day(c.UTC_WEEK)


class OwnerPatternsSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    repository = c.text("The clone's name", key=True)
    scope_type = c.label(["component", "path", "repository"], "Kind of area", key=True)
    scope_id = c.text("Title of the section, or the pattern itself", key=True)
    pattern = c.text("Pattern of paths as the owners file has it", key=True)
    dialect = c.label(
        ["maintainers", "maintainers_regex", "codeowners", "owners"], "How it matches"
    )
    is_exclusion = c.truth("Whether it takes paths out (X:)")
    is_catch_all = c.truth("Whether it matches everything: such a pattern covers nothing")
    position = c.count("Place in the file: in CODEOWNERS the last match wins")
    valid_from = c.moment("When the commit that brought it landed", key=True)
    valid_to = c.moment("When the commit that took it away landed", nullable=True)


class OwnerEntriesSchema(dy.Schema):
    source = c.text("Name of the source", key=True)
    repository = c.text("The clone's name", key=True)
    scope_type = c.label(["component", "path", "repository"], "Kind of area", key=True)
    scope_id = c.text("Title of the section, or the pattern", key=True)
    account_key = c.text("Account listed", key=True)
    role = c.label(["maintainer", "reviewer", "owner", "committer"], "Role listed")
    is_merge_only = c.truth("Section without F, N or K lines: a mandate for merge only")
    valid_from = c.moment("When the commit that listed it landed", key=True)
    valid_to = c.moment("When the commit that removed it landed", nullable=True)


ACCOUNTS = Table(
    name="raw.accounts",
    schema=AccountsSchema,
    grain="one account of one source",
    comment="Logins and addresses as the sources know them; the only table with names in it",
)
COMMITS = Table(
    name="raw.commits",
    schema=CommitsSchema,
    grain="one commit that is no merge",
    comment="Commits of the cloned histories, without any text",
    week="utc_week",
)
TRAILERS = Table(
    name="raw.trailers",
    schema=TrailersSchema,
    grain="one person named by one trailer of one commit",
    comment="Reviewed-by, Acked-by and Tested-by",
    week="utc_week",
)
COMMIT_FILES = Table(
    name="raw.commit_files",
    schema=CommitFilesSchema,
    grain="one file changed by one commit",
    comment="Paths, to find the areas that a commit touches",
    week="utc_week",
)
OWNER_PATTERNS = Table(
    name="raw.owner_patterns",
    schema=OwnerPatternsSchema,
    grain="one stretch of time in which an owners file had a pattern for an area",
    comment="Which paths belong to which area, by the history of the owners file",
    interval=("valid_from", "valid_to"),
)
OWNER_ENTRIES = Table(
    name="raw.owner_entries",
    schema=OwnerEntriesSchema,
    grain="one stretch of time in which an owners file listed an account for an area",
    comment="Who is listed for which area, by the history of the owners file",
    interval=("valid_from", "valid_to"),
)

EVENTS = [  # one a kind of source
    COMMITS,
    tickets.TICKET_EVENTS,
    code_reviews.CODE_REVIEW_EVENTS,
    meetings.MEETINGS,
]
RAW = [
    ACCOUNTS,
    TRAILERS,
    COMMIT_FILES,
    meetings.ATTENDANCES,
    tickets.LEADS,
    tickets.RELEASES,
    OWNER_PATTERNS,
    OWNER_ENTRIES,
    *EVENTS,
]


def names_any_of(table: Table, account_keys: pl.Series) -> pl.Expr:
    """Whether a row of a raw table names one of these accounts, in whatever role."""
    keys = account_keys.implode()
    one = [pl.col(name).is_in(keys) for name in table.columns if name.endswith("_key")]
    many = [
        pl.col(name).list.set_intersection(pl.lit(keys)).list.len() > 0
        for name in table.columns
        if name.endswith("_keys")
    ]
    return pl.any_horizontal(*one, *many, pl.lit(value=False))
