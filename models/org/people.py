"""From accounts to persons: whose login is whose, how sure that is, and who stays unknown.

With people.csv only a mapping, .mailmap or an address of people.csv joins an account to a person;
names never do. Without it, in companies known from git alone, people are made of the commits'
identities. Reading accounts.csv and corrections.toml is in `connectors`.
"""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from models.org.corrections import person_named
from models.privacy import account_key
from models.tables.columns import MOMENT
from models.tables.org import IdentitiesSchema, PeopleSchema

SURE = 1.0  # METHOD 2.2: a mapping row, .mailmap
LIKELY = 0.9  # METHOD 2.2: equal address; CONTRACT 3: equal full name in git
MOST_ADDRESSES = 12  # a name with more is a placeholder or very common
HUMAN = "human"
TOLD = {
    "source": pl.String(),
    "account_key": pl.String(),
    "named": pl.String(),
    "kind": pl.String(),
}


@dataclass(frozen=True)
class Persons:
    """org.identities, org.people, and the answers about accounts that name nobody.

    `problems` has line and problem.
    """

    identities: pl.DataFrame
    people: pl.DataFrame
    problems: pl.DataFrame


def persons(
    accounts: pl.DataFrame,
    people: pl.DataFrame,
    *,
    listed: pl.DataFrame,
    same_person: pl.DataFrame,
    ignore: pl.DataFrame,
    key: bytes,
    has_people: bool,
) -> Persons:
    """Everybody, and which account is whose.

    `accounts` is raw.accounts, `people` and `listed` are people.csv and accounts.csv as
    `connectors.org_files` gives them, `same_person` and `ignore` the answers of readers, which go
    before accounts.csv. An account of nobody known, or of no human, has no person.
    """
    found = accounts.sort("source", "account_key").with_columns(
        address=_address(pl.col("account_id")), full_name=_full_name()
    )
    told = _with_aliases(_told(listed, same_person, ignore, key), accounts)
    kinds = told.select("source", "account_key", told_kind="kind")
    found = (
        found.join(kinds, on=["source", "account_key"], how="left", maintain_order="left")
        .with_columns(kind=pl.coalesce("told_kind", "kind"))
        .drop("told_kind")
    )
    if has_people:
        matched = _by_people(found, people, key)
    else:
        matched = _by_commits(found)
        people = _people_of(matched)
    matched = _overruled(matched, told, people)
    return Persons(
        _identities(matched),
        people if has_people else _still(people, matched),
        _unknown(same_person, people),
    )


def unjoined(
    accounts: pl.DataFrame, identities: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """Human accounts that are nobody's, lately seen first, with whom they might belong to.

    Columns: source, account_key, account_id, name, last_seen_at, candidate_id, evidence. A
    candidate is the only person of the same full name; it is shown, never joined.
    """
    nobody = identities.filter(pl.col("person_id").is_null(), pl.col("kind") == HUMAN)
    named = (
        people.select(candidate_id="person_id", full_name=_words(pl.col("name")))
        .unique()
        .filter(pl.col("candidate_id").n_unique().over("full_name") == 1)
    )
    return (
        accounts.join(nobody.select("source", "account_key"), on=["source", "account_key"])
        .with_columns(full_name=_full_name())
        .join(named, on="full_name", how="left")
        .select(
            "source",
            "account_key",
            "account_id",
            "name",
            "last_seen_at",
            "candidate_id",
            evidence=pl.when(pl.col("candidate_id").is_not_null()).then(pl.lit("equal full name")),
        )
        .sort("last_seen_at", "account_key", descending=[True, False])
    )


def _address(account_id: pl.Expr) -> pl.Expr:
    """An address without case and '+tag'; null for what is none."""
    lower = account_id.str.to_lowercase()
    return pl.when(lower.str.contains("@", literal=True)).then(lower.str.replace(r"\+[^@]*@", "@"))


def _words(name: pl.Expr) -> pl.Expr:
    """A full name without case and double spaces; null for fewer than two words."""
    clean = name.str.to_lowercase().str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.when(clean.str.contains(" ", literal=True)).then(clean)


def _full_name() -> pl.Expr:
    return _words(pl.coalesce("canonical_name", "name"))


def _told(
    listed: pl.DataFrame, same_person: pl.DataFrame, ignore: pl.DataFrame, key: bytes
) -> pl.DataFrame:
    """What accounts.csv and readers say of accounts: the last word on each."""
    known = [
        *(("service", None, *row) for row in ignore.select("system", "account_id").rows()),
        *(
            (HUMAN, person, system, own)
            for system, own, person in same_person.sort("line", descending=True)
            .select("system", "account_id", "person")
            .rows()
        ),
        *(
            (kind, person if kind == HUMAN else None, system, own)
            for kind, person, system, own in listed.select(
                "kind", "person_id", "system", "account_id"
            ).rows()
        ),
    ]
    rows = [
        (system, account_key(key, system, own), person, kind) for kind, person, system, own in known
    ]
    return pl.DataFrame(rows, schema=TOLD, orient="row").unique(
        ["source", "account_key"], keep="first", maintain_order=True
    )


def _with_aliases(told: pl.DataFrame, accounts: pl.DataFrame) -> pl.DataFrame:
    """What is told of an account holds also for those mapped to it, unless they are told of too.

    Mapped are addresses by .mailmap, and accounts of a code host whose login changed.
    """
    mapped = accounts.filter("is_mapped").select("source", "canonical_key", own="account_key")
    aliases = mapped.join(
        told.rename({"account_key": "canonical_key"}), on=["source", "canonical_key"]
    ).select("source", "named", "kind", account_key="own")
    return pl.concat([told, aliases.select(told.columns)]).unique(
        ["source", "account_key"], keep="first", maintain_order=True
    )


def _by_people(accounts: pl.DataFrame, people: pl.DataFrame, key: bytes) -> pl.DataFrame:
    """Accounts with the person whose address in people.csv they, or what .mailmap names, have."""
    whose = (
        people.select("person_id", address=_address(pl.col("email")))
        .drop_nulls("address")
        .unique()
        .filter(pl.col("person_id").n_unique().over("address") == 1)
    )
    sources = accounts["source"].unique().to_list()
    keyed = pl.DataFrame(
        [
            (source, account_key(key, source, address), person)
            for source in sources
            for person, address in whose.rows()
        ],
        schema={"source": pl.String(), "canonical_key": pl.String(), "mailmap_id": pl.String()},
        orient="row",
    )
    own = accounts.join(whose, on="address", how="left", maintain_order="left")
    above = pl.concat(
        [keyed, own.drop_nulls("person_id").select(
            "source", canonical_key="account_key", mailmap_id="person_id"
        )]
    ).unique(["source", "canonical_key"], keep="first", maintain_order=True)  # fmt: skip
    is_own = pl.col("person_id").is_not_null()
    return own.join(
        above, on=["source", "canonical_key"], how="left", maintain_order="left"
    ).with_columns(
        person_id=pl.coalesce("person_id", "mailmap_id"),
        match=pl.when(is_own)
        .then(pl.lit("address"))
        .when(pl.col("mailmap_id").is_not_null())
        .then(pl.lit("mailmap")),
        confidence=pl.lit(LIKELY),  # .mailmap leads to an address, and is as sure as that one
    )


def _by_commits(accounts: pl.DataFrame) -> pl.DataFrame:
    """Human accounts put together by .mailmap, equal address and equal full name."""
    human = accounts.filter(pl.col("kind") == HUMAN).with_columns(
        full_name=pl.when(pl.col("address").n_unique().over("full_name") <= MOST_ADDRESSES).then(
            "full_name"
        )
    )
    keys = human.select("source", "canonical_key", "address", "full_name").rows()
    cluster = _connected(
        [("map", source, canonical), *_filled(address=address, name=name)]
        for source, canonical, address, name in keys
    )
    first = pl.col("account_key").sort_by("first_seen_at", "account_key").first()
    is_target = pl.col("is_mapped").any().over("source", "canonical_key")
    shares = {name: (pl.len().over(name) > 1) & pl.col(name).is_not_null() for name in KEYS}
    grouped = human.with_columns(cluster=pl.Series(cluster, dtype=pl.Int64)).with_columns(
        person_id=pl.lit("p") + first.over("cluster").str.slice(0, 12),
        match=pl.when(is_target)
        .then(pl.lit("mailmap"))
        .when(shares["address"])
        .then(pl.lit("address"))
        .when(shares["full_name"])
        .then(pl.lit("name"))
        .otherwise(pl.lit("address")),
        confidence=pl.when(is_target).then(SURE).otherwise(LIKELY),
    )
    found = grouped.select("source", "account_key", "person_id", "match", "confidence")
    return accounts.join(found, on=["source", "account_key"], how="left", maintain_order="left")


KEYS = ("address", "full_name")


def _filled(**keys: str | None) -> list[tuple[str, str]]:
    return [(kind, key) for kind, key in keys.items() if key is not None]


def _connected(rows: Iterable[Sequence[Hashable]]) -> list[int]:
    """A number for each row: the same for rows that share a key, or are linked by others."""
    parent: dict[Hashable, Hashable] = {}

    def root(key: Hashable) -> Hashable:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    firsts = []
    for first, *others in rows:
        firsts.append(first)
        for other in others:
            parent[root(other)] = root(first)
    numbers: dict[Hashable, int] = {}
    return [numbers.setdefault(root(first), len(numbers)) for first in firsts]


def _people_of(matched: pl.DataFrame) -> pl.DataFrame:
    """A person for each cluster, named as its earliest account."""
    earliest = matched.drop_nulls("person_id").sort("first_seen_at", "account_key")
    people = earliest.group_by("person_id", maintain_order=True).agg(
        name=pl.coalesce("canonical_name", "name").first(),
        email=pl.col("account_id").first(),
        valid_from=pl.col("first_seen_at").first(),
    )
    empty = PeopleSchema.create_empty()
    return pl.concat([empty, people], how="diagonal_relaxed").select(empty.columns)


def _overruled(matched: pl.DataFrame, told: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The matches, with what was told about single accounts in their place."""
    named = person_named(people.lazy()).rename({"person_id": "told_id"}).collect()
    said = (
        told.with_columns(pl.col("named").str.to_lowercase())
        .join(named, on="named", how="left")
        .filter(pl.col("told_id").is_not_null() | (pl.col("kind") != HUMAN))
        .select("source", "account_key", "told_id", is_told=pl.lit(value=True))
    )
    is_told = pl.col("is_told").fill_null(value=False)
    is_human = pl.col("kind") == HUMAN
    person = pl.when(is_human).then(pl.when(is_told).then("told_id").otherwise("person_id"))
    is_matched = is_told | (is_human & pl.col("person_id").is_not_null())
    return matched.join(
        said, on=["source", "account_key"], how="left", maintain_order="left"
    ).with_columns(
        person_id=person,
        match=pl.when(is_told)
        .then(pl.lit("mapped"))
        .when(is_matched)
        .then("match")
        .otherwise(pl.lit("none")),
        confidence=pl.when(is_told).then(SURE).when(is_matched).then("confidence").otherwise(0.0),
    )


def _identities(matched: pl.DataFrame) -> pl.DataFrame:
    return matched.with_columns(
        valid_from="first_seen_at", valid_to=pl.col("last_seen_at").cast(MOMENT)
    ).select(IdentitiesSchema.column_names())


def _still(people: pl.DataFrame, matched: pl.DataFrame) -> pl.DataFrame:
    """People made of commits who still have an account, from their earliest one."""
    seen = (
        matched.drop_nulls("person_id")
        .group_by("person_id")
        .agg(first=pl.col("first_seen_at").min())
    )
    return (
        people.join(seen, on="person_id", maintain_order="left")
        .with_columns(valid_from="first")
        .drop("first")
    )


def _unknown(same_person: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    named = person_named(people.lazy()).collect()
    text = '[[same_person]] person "{}" is nobody; write a person_id or an address'
    return (
        same_person.with_columns(named=pl.col("person").str.to_lowercase())
        .join(named, on="named", how="anti", maintain_order="left")
        .select("line", problem=pl.format(text, "person"))
    )
