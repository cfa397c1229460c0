"""The shape of dottedline.toml: what may stand in it, what it must be, and what holds without it.

Finding and reading the file, its line numbers and the secrets beside it are in
`pipelines.settings_file`; thresholds of the method are not settings and are elsewhere.
"""

import re
import zoneinfo
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic.json_schema import SkipJsonSchema

from models.sources import Day, Part, Sources, first_repeated, secret_name, wrong

MOST_RETENTION_DAYS = 400  # METHOD 11.1, G11
SMALLEST_GROUP = 5  # METHOD 11.3: below it two published numbers can give one person away


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_time_zone(name: str) -> bool:
    """Whether the IANA database has a zone of this name."""
    return name in _zones()


@cache
def holiday_calendars() -> frozenset[str]:
    """All calendars of public holidays: a country, or country and part such as DE-BE."""
    import holidays  # where a calendar is named; each command reads the settings

    countries = holidays.list_supported_countries(include_aliases=True)
    parts = {f"{country}-{part}" for country, all_parts in countries.items() for part in all_parts}
    return frozenset(countries) | parts


def _zone(name: str) -> str:
    if not is_time_zone(name):
        raise wrong("'{seen}' is no time zone", seen=name, known=sorted(_zones()))
    return name


def _calendar(code: str) -> str:
    if code and code not in holiday_calendars():
        raise wrong(
            "'{seen}' is no calendar of public holidays; write a country or country-part, "
            "such as DE or DE-BE",
            seen=code,
            known=sorted(holiday_calendars()),
        )
    return code


def _address(value: str) -> str:
    if value and "@" not in value:
        raise wrong("'{seen}' is no mail address", seen=value)
    return value


def _listener(value: str) -> str:
    if value and "@" not in value and not value.startswith(("https://", "http://")):
        raise wrong("'{seen}' is neither a mail address nor an https address", seen=value)
    return value


def _local(value: str) -> str:
    if "://" in value or not value:
        raise wrong("'{seen}' is no local folder", seen=value)
    return value


def _lake(value: str) -> str:
    if "://" in value and not value.startswith("s3://"):
        raise wrong("'{seen}' is neither a local folder nor s3://bucket/prefix", seen=value)
    return value


def _host(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?", value):
        raise wrong("'{seen}' is no host; write name or name:port, without https://", seen=value)
    return value


def _unique_ids(values: tuple["Location", ...]) -> tuple["Location", ...]:
    at = first_repeated([value.id for value in values])
    if at is not None:
        raise wrong("'{seen}' is there twice", seen=values[at].id, item=at, key="id")
    return values


Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], Field(strict=False)]


class Company(Part):
    """Who is measured, and the zone in which the dates of org files begin."""

    name: str = Field(min_length=1, description="Name on the pages")
    time_zone: Annotated[str, AfterValidator(_zone)] = Field(
        "UTC", description="IANA zone; dates in org files begin at 00:00 here"
    )


class Location(Part):
    """A place of work with its public holidays; people.csv names it."""

    id: str = Field(min_length=1, description="Id that people.csv names")
    holidays: Annotated[str, AfterValidator(_calendar)] = Field(
        "", description="Calendar of public holidays: DE or DE-BE; empty: none"
    )


class Storage(Part):
    """Where everything that is produced lies."""

    root: Annotated[str, AfterValidator(_local)] = Field(
        "var", description="A local folder: ledger, published files, reports"
    )
    lake: Annotated[str, AfterValidator(_lake)] = Field(
        "", description="Tables between the layers: empty for root/lake, a folder, or s3://…"
    )


class Privacy(Part):
    """What may be shown, and on which ground; may be made stricter, never looser than the law."""

    ops_detail: Literal["teams", "pseudonyms", "named"] = Field(
        "pseudonyms", description="Detail about persons in the ops store"
    )
    smallest_group: int = Field(
        SMALLEST_GROUP, description="Fewest people behind a number; may be raised, never lowered"
    )
    preview_working_days: int = Field(
        2, ge=0, le=20, description="A person sees their page this long before their manager"
    )
    retention_days: int = Field(
        MOST_RETENTION_DAYS, description="Rows of acts older than this go; may be lowered"
    )
    legal_basis: str = Field("", description="Ground in law; `run` refuses while it is empty")
    assessed_on: Day = Field(
        None, description="Date of the impact assessment; `run` refuses while it is empty"
    )
    agreement_id: str = Field(
        "", validate_default=True, description="Agreement with those measured; named needs one"
    )
    internal_hosts: Hosts = Field(
        (), description="Hosts on private networks that connectors may talk to: 127.0.0.1:8071"
    )

    @field_validator("smallest_group")
    @classmethod
    def _not_lowered(cls, value: int) -> int:
        if value < SMALLEST_GROUP:
            raise wrong("{seen} is too small; it may be raised, never lowered below 5", seen=value)
        return value

    @field_validator("retention_days")
    @classmethod
    def _not_raised(cls, value: int) -> int:
        if not 1 <= value <= MOST_RETENTION_DAYS:
            raise wrong("{seen} is not from 1 to 400; it may be lowered, not raised", seen=value)
        return value

    @field_validator("agreement_id")
    @classmethod
    def _agreed(cls, value: str, info: ValidationInfo) -> str:
        if info.data.get("ops_detail") == "named" and not value.strip():
            raise wrong("is empty, and ops_detail = 'named' needs it; name the agreement")
        return value


class Org(Part):
    """Where the register of people, lines and mandates lies."""

    directory: Annotated[str, AfterValidator(_local)] = Field("org", description="CSV files")


Locations = Annotated[tuple[Location, ...], Field(strict=False), AfterValidator(_unique_ids)]


class Reports(Part):
    """Who sends the pages; SMTP host and credentials come from the environment."""

    mail_from: Annotated[str, AfterValidator(_address)] = Field("", description="Sender")


class Notify(Part):
    """Who hears of a failed night."""

    failures_to: Annotated[str, AfterValidator(_listener)] = Field(
        "", description="Mail address or https webhook"
    )


class SettingsFile(Part):
    """All of dottedline.toml."""

    company: Company
    locations: Locations = ()
    storage: Storage = Storage()
    privacy: Privacy = Privacy()
    org: Org = Org()
    sources: Sources = ()
    reports: Reports = Reports()
    notify: Notify = Notify()

    @field_validator("notify")
    @classmethod
    def _is_safe(cls, value: Notify, info: ValidationInfo) -> Notify:
        """A webhook without encryption only on a host that is named as internal."""
        scheme, _, rest = value.failures_to.partition("://")
        privacy = info.data.get("privacy")
        if scheme == "http" and privacy is not None:
            host = rest.partition("/")[0]
            if not {host, host.partition(":")[0]} & set(privacy.internal_hosts):
                raise wrong(
                    "'{seen}' is not encrypted; write https://, or name its host in "
                    "privacy.internal_hosts",
                    seen=value.failures_to,
                    key="failures_to",
                )
        return value

    def is_git_only(self) -> bool:
        """Whether all sources are git, so that people may come from commits alone."""
        return all(source.kind == "git" for source in self.sources)

    def gaps_in_law(self) -> list[str]:
        """What `run` misses outside the demo before it may measure anybody; empty: nothing."""
        missing = []
        if not self.privacy.legal_basis.strip():
            missing.append("privacy.legal_basis: empty. Name the ground in law for measuring")
        if self.privacy.assessed_on is None:
            missing.append("privacy.assessed_on: empty. Give the date of the impact assessment")
        return missing


class Settings(SettingsFile):
    """The settings as they hold on this machine: all paths absolute, secrets beside them.

    Neither the file and its folder nor a secret is ever part of a dump or a digest.
    """

    folder: SkipJsonSchema[str] = Field(exclude=True)
    file_name: SkipJsonSchema[str] = Field(exclude=True)
    secrets: SkipJsonSchema[dict[str, SecretStr]] = Field(exclude=True, repr=False)

    def secret(self, source: str, part: str = "TOKEN") -> SecretStr | None:
        """The secret of a source, or None where the environment has none."""
        return self.secrets.get(secret_name(source, part))


def json_schema() -> dict[str, Any]:
    """The JSON schema of dottedline.toml, for editors."""
    return SettingsFile.model_json_schema()
