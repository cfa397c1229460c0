"""Where the rows come from: what may be set of a source, one class a kind of source."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

KINDS = (
    "jira", "github", "git", "google_calendar", "microsoft_calendar", "caldav", "ics", "ldap",
    "entra", "google_directory", "scim",
)  # fmt: skip


def secret_name(source: str, part: str = "TOKEN") -> str:
    """The environment variable that holds a secret of a source: DOTTEDLINE_<SOURCE>_<PART>."""
    return f"DOTTEDLINE_{re.sub(r'[^A-Z0-9]', '_', source.upper())}_{part}"


def wrong(message: str, **context: object) -> PydanticCustomError:
    """A fault in words; `context` has what was seen, and which item or key it concerns."""
    return PydanticCustomError("wrong", message, context)


def _day(value: object) -> object:
    """A TOML date, or the same as text; empty text means none."""
    if value == "":
        return None
    if isinstance(value, datetime):
        raise wrong("expected a date such as 2026-01-31, found a moment")
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise wrong("'{seen}' is no date; write 2026-01-31", seen=value) from None
    return value


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise wrong("is empty; name at least one")
    return values


def _site(value: str) -> str:
    """An address without its last slash; whether http is safe is the connector's to say."""
    if not re.fullmatch(r"https?://[^/?#@\s]+(/[^?#\s]*)?", value):
        raise wrong("'{seen}' is no address of a site; write https://host", seen=value)
    return value.rstrip("/")


def _project_keys(values: tuple[str, ...]) -> tuple[str, ...]:
    for at, value in enumerate(values):
        if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,49}", value):
            raise wrong("'{seen}' is no project key; write LNCH", seen=value, item=at)
    return values


def _repositories(values: tuple[str, ...]) -> tuple[str, ...]:
    for at, value in enumerate(values):
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+", value):
            raise wrong("'{seen}' is no repository; write owner/name", seen=value, item=at)
    return values


def _known_kind(value: object) -> object:
    """Says of a source only that its kind cannot be read, and nothing about its other keys."""
    kind = value.get("kind") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind in CLASSES:
        return value
    if kind in KINDS:
        raise wrong(
            "kind '{seen}' is not available yet. Available: {available}",
            seen=kind,
            available=", ".join(CLASSES),
            key="kind",
        )
    raise wrong("'{seen}' is no kind of source", seen=kind, known=list(CLASSES), key="kind")


def first_repeated(names: list[str]) -> int | None:
    """Position of the first name that was there before."""
    return next((at for at, name in enumerate(names) if name in names[:at]), None)


def _unique_names(values: tuple["Source", ...]) -> tuple["Source", ...]:
    """Names that differ, and so do the environment variables made of them."""
    secrets = [secret_name(value.name) for value in values]
    at = first_repeated(secrets)
    if at is None:
        return values
    name, earlier = values[at].name, values[secrets.index(secrets[at])].name
    if name == earlier:
        raise wrong("'{seen}' is there twice", seen=name, item=at, key="name")
    raise wrong(
        "'{seen}' and '{earlier}' would name the same secrets; rename one",
        seen=name,
        earlier=earlier,
        item=at,
        key="name",
    )


Day = Annotated[date | None, BeforeValidator(_day)]
Strings = Annotated[tuple[str, ...], Field(strict=False)]


class Part(BaseModel):
    """A table of the settings file: nothing unknown in it, nothing turned into another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Source(Part):
    """What every source has, whatever its kind."""

    secrets: ClassVar[tuple[str, ...]] = ()  # parts of the variable names it cannot do without

    name: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", description="Own name; names its secrets too"
    )
    since: Day = Field(None, description="Nothing older is read; default: retention_days ago")


class GitSource(Source):
    """Clones of git repositories: reviews in trailers, merges, owners files and their history."""

    kind: Literal["git"]
    paths: Annotated[Strings, AfterValidator(_some)] = Field(description="Clones, bare or not")
    owners: Literal["auto", "CODEOWNERS", "OWNERS", "MAINTAINERS", "none"] = Field(
        "auto", description="Which owners file is the register"
    )
    public: bool = Field(
        False, description="A public history, to which retention_days does not apply"
    )


class JiraSource(Source):
    """Projects of a Jira: tickets, their changes and comments, and who leads what."""

    secrets: ClassVar[tuple[str, ...]] = ("USER", "TOKEN")

    kind: Literal["jira"]
    url: Annotated[str, AfterValidator(_site)] = Field(
        description="Address of the site: https://example.atlassian.net"
    )
    projects: Annotated[Strings, AfterValidator(_some), AfterValidator(_project_keys)] = Field(
        description="Keys of the projects to read"
    )


class GithubSource(Source):
    """Repositories on GitHub: proposed changes, reviews, requests for them, owners files."""

    secrets: ClassVar[tuple[str, ...]] = ("TOKEN",)

    kind: Literal["github"]
    url: Annotated[str, AfterValidator(_site)] = Field(
        "https://api.github.com", description="Address of the API"
    )
    repositories: Annotated[Strings, AfterValidator(_some), AfterValidator(_repositories)] = Field(
        description="Repositories to read: owner/name"
    )


class IcsSource(Source):
    """Calendars as .ics files, by path, pattern or https address."""

    kind: Literal["ics"]
    urls: Annotated[Strings, AfterValidator(_some)] = Field(
        description="Files, patterns of files such as calendars/*.ics, or https addresses"
    )


CLASSES: dict[str, type[Source]] = {  # by kind, those that have a connector
    "git": GitSource,
    "jira": JiraSource,
    "github": GithubSource,
    "ics": IcsSource,
}
AnySource = Annotated[
    Annotated[GitSource | JiraSource | GithubSource | IcsSource, Field(discriminator="kind")],
    BeforeValidator(_known_kind),
]
Sources = Annotated[tuple[AnySource, ...], Field(strict=False), AfterValidator(_unique_names)]
