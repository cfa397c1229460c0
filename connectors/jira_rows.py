"""What was read of a Jira, in the shape of `models.tables`; accounts become keys here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from connectors.git_identities import name
from connectors.jira_cursor import Stretch
from connectors.jira_events import Event, State
from connectors.jira_pages import Project
from connectors.jira_values import Accounts, Ticket, is_gone
from models.phrases import FLAGS_VERSION
from models.privacy import account_key
from models.tables import raw, tickets
from models.weeks import utc_week

KEYS = ["actor_key", "from_key", "to_key", "creator_key", "reporter_key", "assignee_key"]
BY_LEAD = ("PROJECT_LEAD", "COMPONENT_LEAD")


@dataclass
class Keys:
    """Account keys by the tracker's own ids, each made once."""

    key: bytes
    source: str
    made: dict[str, str] = field(default_factory=dict)

    def of(self, account_id: str | None) -> str | None:
        """The key of an account; None stays None."""
        if account_id is None:
            return None
        if account_id not in self.made:
            self.made[account_id] = account_key(self.key, self.source, account_id)
        return self.made[account_id]


@dataclass
class Scopes:
    """Keys of projects and names of components as they are today, by id."""

    projects: dict[str, str]
    components: Mapping[str, str]

    def of(self, state: State) -> tuple[str, list[str]]:
        """Key of the project and names of the components in which a ticket was.

        A component that is no more has the name it had then, a project that is not known its id.
        """
        names = {self.components.get(one, name) for one, name in state.components.items()}
        return self.projects.get(state.project, state.project), sorted(names)


@dataclass(frozen=True)
class Defaults:
    """Whom projects and components assign by themselves.

    `assigns`: how, by id of scope, as it is tonight; `leads`: who led what when. Before a lead was
    seen first, that first one is taken for it.
    """

    assigns: Mapping[str, str | None]
    leads: Sequence[Stretch]

    def at(self, project: str, components: Iterable[str], at: datetime) -> frozenset[str]:
        """Account keys of those whom a new ticket there goes to by itself."""
        scopes = [f"{project}/{component}" for component in components]
        ways = [(scope, self.assigns.get(scope) or "PROJECT_DEFAULT") for scope in scopes]
        whole = (project, self.assigns.get(project) or "")
        asked = [whole if way == "PROJECT_DEFAULT" else (scope, way) for scope, way in ways]
        named = [
            scope if way == "COMPONENT_LEAD" else project
            for scope, way in asked or [whole]
            if way in BY_LEAD
        ]
        return frozenset(key for scope in named if (key := self._lead(scope, at)))

    def _lead(self, scope: str, at: datetime) -> str | None:
        known = sorted(
            (one for one in self.leads if one.scope_id == scope), key=lambda one: one.valid_from
        )
        held = [one for one in known if one.holds_at(at)]
        first = [one for one in known[:1] if at < one.valid_from]
        return next((one.account_key for one in [*held, *first]), None)


def event_rows(
    ticket: Ticket,
    events: Iterable[Event],
    keys: Keys,
    *,
    scopes: Scopes,
    defaults: Defaults,
) -> list[dict[str, object]]:
    """Rows of one ticket for raw.ticket_events, without the columns that all rows share."""
    shared: dict[str, object] = {
        "ticket_id": ticket.ticket_id,
        "ticket_key": ticket.key,
        "created_at": ticket.created_at,
        "creator_key": keys.of(ticket.creator),
    }
    return [{**shared, **_row(event, keys, scopes, defaults)} for event in events]


def _row(event: Event, keys: Keys, scopes: Scopes, defaults: Defaults) -> dict[str, object]:
    said, state = event.labels, event.state
    project, components = scopes.of(state)
    to_key = keys.of(event.after)
    is_default = event.field == "created" and to_key in defaults.at(project, components, event.at)
    return {
        "event_id": event.event_id,
        "change_id": event.change_id,
        "happened_at": event.at,
        "field": event.field,
        "actor_key": keys.of(event.actor),
        "from_key": keys.of(event.before),
        "to_key": to_key,
        "from_value": event.was,
        "to_value": event.becomes,
        "is_default_assignee": is_default,
        "reporter_key": keys.of(state.reporter),
        "assignee_key": keys.of(state.assignee),
        "status": state.status,
        "mentioned_keys": [keys.of(one) for one in event.mentioned],
        "is_question": said.is_question if said else None,
        "is_ping": said.is_ping if said else None,
        "has_policy_link": said.has_policy_link if said else None,
        "has_decision": said.has_decision if said else None,
        "scope_chain": "\n".join(
            [*(f"component:{project}/{one}" for one in components), f"project:{project}"]
        ),
    }


def event_table(source: str, rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    """raw.ticket_events of rows made by `event_rows`."""
    schema = tickets.TicketEventsSchema
    types = schema.create_empty().schema
    given = {name: kind for name, kind in types.items() if name not in SHARED}
    return (
        pl.DataFrame(list(rows), schema=given, orient="row")
        .with_columns(
            source=pl.lit(source),
            utc_week=utc_week(pl.col("happened_at")),
            flags_version=pl.lit(FLAGS_VERSION, dtype=pl.Int64),
        )
        .select(schema.column_names())
    )


SHARED = {"source", "utc_week", "flags_version"}


def lead_table(source: str, leads: Sequence[Stretch]) -> pl.DataFrame:
    """raw.leads: all that is remembered of who led what when."""
    schema = tickets.LeadsSchema
    rows = [
        {
            "source": source,
            "scope_type": one.scope_type,
            "scope_id": one.scope_id,
            "account_key": one.account_key,
            "role": f"{one.scope_type}_lead",
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
        }
        for one in leads
    ]
    return pl.DataFrame(rows, schema=schema.create_empty().schema, orient="row")


def release_table(source: str, projects: Iterable[Project]) -> pl.DataFrame:
    """raw.releases: versions of these projects that have a day of release."""
    rows = [
        (source, version.version_id, "project", project.key, version.released_on)
        for project in projects
        for version in project.versions or ()
    ]
    schema = tickets.ReleasesSchema.create_empty().schema
    return pl.DataFrame(rows, schema=schema, orient="row").unique("version_id", maintain_order=True)


def leads_seen(projects: Iterable[Project], keys: Keys) -> dict[tuple[str, str], str | None]:
    """Whom each project and component names as lead tonight, by kind and id of scope."""
    found: dict[tuple[str, str], str | None] = {}
    for project in projects:
        found["project", project.key] = keys.of(project.lead)
        for component in project.components:
            found["component", f"{project.key}/{component.name}"] = keys.of(component.lead)
    return found


def account_table(
    keys: Keys, accounts: Accounts, events: pl.DataFrame, leads: Collection[str], now: datetime
) -> pl.DataFrame:
    """raw.accounts of those that occur in the rows or lead something; deleted ones have none.

    An address is kept as a key alone, by which the account is joined to people.csv.
    """
    seen = pl.concat(
        [
            *(events.select(account_key=key, at="happened_at") for key in KEYS),
            events.select(account_key="mentioned_keys", at="happened_at").explode("account_key"),
            pl.DataFrame(
                {"account_key": list(leads), "at": [now] * len(leads)},
                schema={"account_key": pl.String(), "at": events.schema["happened_at"]},
            ),
        ]
    ).drop_nulls("account_key")
    moments = seen.group_by("account_key").agg(
        first_seen_at=pl.col("at").min(), last_seen_at=pl.col("at").max()
    )
    rows = [
        {
            "account_key": key,
            "account_id": account_id,
            "name": shown.name if shown else accounts.named.get(account_id),
            "kind": shown.kind if shown else "human",
            "canonical_key": keys.of(shown.address.lower()) if shown and shown.address else key,
        }
        for account_id, key in list(keys.made.items())
        for shown in [accounts.known.get(account_id)]
        if not is_gone(account_id)
    ]
    schema = raw.AccountsSchema
    texts = ["account_key", "account_id", "name", "kind", "canonical_key"]
    return (
        pl.DataFrame(rows, schema=dict.fromkeys(texts, pl.String()), orient="row")
        .join(moments, on="account_key")
        .with_columns(
            source=pl.lit(keys.source),
            name=name(pl.col("name")),
            canonical_name=pl.lit(None, dtype=pl.String),
            is_mapped=pl.lit(value=False),
        )
        .select(schema.column_names())
        .sort("account_key")
    )
