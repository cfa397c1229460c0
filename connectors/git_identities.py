"""Addresses and names of git: cleaned, told apart from machines, keyed, and joined by .mailmap."""

import re
from collections.abc import Iterable

import polars as pl

from connectors.git_command import Clone, blob_ids, read_blobs, run
from models.privacy import account_key

LONGEST_NAME = 200
UNSEEN = r"\p{Cf}"  # turns the direction of writing, or has no width
CONTROL = r"[\p{Cc}\p{Zl}\p{Zp}]+"

# Private addresses that a forge gives to people; everything else that wants no answer is a machine.
PEOPLE_HOSTS = r"@users\.noreply\.[^@]*$"
MACHINE_ADDRESS = (
    r"^(no-?reply|do-?not-?reply|donotreply)([+._-][^@]*)?@|"
    r"@[^@]*noreply|"
    r"gerrit[^@]*@|@[^@]*gerrit|"
    r"^([^@]*[._+-])?(bot|robot|buildbot|jenkins|dependabot|renovate|syzbot|autotest|ci)@|"
    r"^(jenkins|buildbot|dependabot|renovate|syzbot|github-actions)[._+-]?[^@]*@|"
    r"^lkp@intel\.com$|^web-flow@"
)
MACHINE_NAME = (
    r"(?i)\[bot\]|\bautomated test|\b(build ?bot|jenkins|dependabot|renovate|robot|syzbot|"
    r"github actions?|gerrit code review|travis ci|patchwork)\b|^github$|^gitlab$|\bbot$|\bbot \("
)
LIST_ADDRESS = r"@(.*\.)?(lists|googlegroups|groups|vger|mailman|listserv)\.|-(devel|list|lists)@"
# Such an address is a person's where that person's name is with it.
OFFICE_ADDRESS = (
    r"^(dev|devel|developers|maintainers?|users|discuss|discussion|announce|security|patches|"
    r"stable|info|contact|support|admin|root|team|committers|reviewers)@|-(dev|maintainers|users)@"
)
OFFICE_NAME = (
    r"(?i)\b(team|maintainers?|developers?|lists?|security|committers|reviewers|group|project|"
    r"users|support|community|council|board)\b"
)
TEAM = r"^@[^/@]+/"  # a team of the forge


MAPPED = pl.Schema(
    {
        "account_id": pl.String(),
        "canonical_id": pl.String(),
        "canonical_name": pl.String(),
        "is_mapped": pl.Boolean(),
    }
)


def clean(text: pl.Expr) -> pl.Expr:
    """Text without control characters and without those that change how the rest is shown."""
    return (
        text.str.replace_all(UNSEEN, "")
        .str.replace_all(CONTROL, " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars(' "')
    )


def name(text: pl.Expr) -> pl.Expr:
    """A name fit to be stored; null if nothing is left."""
    return _filled(clean(text).str.replace_all(r"[<>]", "").str.slice(0, LONGEST_NAME))


def account_id(text: pl.Expr) -> pl.Expr:
    """An address or login fit to be stored, in lower case; null if nothing is left."""
    return _filled(
        clean(text)
        .str.replace_all(r"[\s<>]", "")
        .str.to_lowercase()
        .str.strip_prefix("mailto:")
        .str.slice(0, LONGEST_NAME)
    )


def account_keys(key: bytes, source: str, accounts: Iterable[str]) -> dict[str, str]:
    """Keyed digests by account."""
    return {account: account_key(key, source, account) for account in accounts}


def kind() -> pl.Expr:
    """What stands behind columns account_id and name: human, bot, or shared (a list or a team)."""
    address = pl.col("account_id").str.replace(r"\+[^@]*@", "@")
    called = pl.col("name").fill_null("")
    is_tagged = pl.col("account_id").str.contains("[bot]", literal=True)
    is_machine = address.str.contains(MACHINE_ADDRESS) & ~address.str.contains(PEOPLE_HOSTS)
    is_person = called.str.contains(r"\S\s+\S") & ~called.str.contains(OFFICE_NAME)
    is_office = address.str.contains(OFFICE_ADDRESS) & ~is_person
    is_shared = address.str.contains(LIST_ADDRESS) | address.str.contains(TEAM) | is_office
    return (
        pl.when(is_tagged | is_machine | called.str.contains(MACHINE_NAME))
        .then(pl.lit("bot"))
        .when(is_shared)
        .then(pl.lit("shared"))
        .otherwise(pl.lit("human"))
    )


def mailmap_id(clone: Clone) -> str | None:
    """Blob of .mailmap at HEAD; None: there is none."""
    return blob_ids(clone, [".mailmap"]).get(".mailmap") if clone.tip else None


def mapped(clone: Clone, seen: pl.DataFrame) -> pl.DataFrame | None:
    """Whom .mailmap at HEAD means by each address; None: its blob is absent from the clone.

    Columns: account_id, canonical_id, canonical_name (null where it is not mapped), is_mapped:
    whether .mailmap names the address, be it as the one to keep.
    """
    people = seen.select("account_id", "name").filter(~pl.col("account_id").str.starts_with("@"))
    blob = mailmap_id(clone)
    if blob is None or people.is_empty():
        return pl.DataFrame(schema=MAPPED)
    text = read_blobs(clone, [blob]).get(blob)
    if text is None:
        return None
    asked = "".join(f"{called or ''} <{address}>\n" for address, called in people.rows())
    answer = run(
        clone, "-c", f"mailmap.blob={blob}", "check-mailmap", "--stdin", stdin=asked.encode()
    )
    contacts = answer.decode("utf-8", "replace").split("\n")[: people.height]
    named = {address.lower() for address in re.findall(r"<\s*([^<>]*?)\s*>", text)}
    return people.with_columns(
        contact=pl.Series(contacts, dtype=pl.String),
        is_named=pl.col("account_id").is_in(list(named)),
    ).select(_mapped())


def _mapped() -> list[pl.Expr]:
    contact = pl.col("contact")
    canonical = account_id(contact.str.extract(r"<([^<>]*)>$"))
    return [
        pl.col("account_id"),
        canonical.fill_null(pl.col("account_id")).alias("canonical_id"),
        pl.when("is_named").then(name(contact.str.extract(r"^(.*)<"))).alias("canonical_name"),
        pl.col("is_named").alias("is_mapped"),
    ]


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text.str.len_bytes() > 0).then(text)
