"""What a made-up GitHub answers to a query: its data in the shape of the schema, and refusals.

A query is executed by graphql-core over plain dictionaries; lists become connections with pages.
What a query may ask at most is in `github_limits`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    build_schema,
    default_field_resolver,
    execute,
)

from connectors.demo.services.github_shown import (
    Shown,
    actor,
    change_id,
    organization,
    pull_request,
    repository_of,
)
from connectors.demo.services.github_site import HubSite


@cache
def schema() -> GraphQLSchema:
    """The part of GitHub's schema that is served."""
    text = (files(__package__) / "github.graphql").read_text(encoding="utf-8")
    return build_schema(text)


def answer(
    site: HubSite,
    document: DocumentNode,
    variables: Mapping[str, Any],
    operation: str | None,
    limits: Mapping[str, Any],
) -> Shown:
    """`data` and `errors` of a valid query; `limits` is what `rateLimit` shows."""

    def resolved(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
        field = f"{info.parent_type.name}.{info.field_name}"
        number = source.get("number") if isinstance(source, dict) else None
        if field in site.withheld or f"{field}#{number}" in site.withheld:
            raise refusal("FORBIDDEN", "Resource not accessible by personal access token")
        return default_field_resolver(source, info, **arguments)

    result = execute(
        schema(),
        document,
        root_value=_Query(site, limits),
        variable_values=dict(variables),
        operation_name=operation,
        field_resolver=resolved,
    )
    assert not hasattr(result, "__await__")
    shown: Shown = {"data": result.data}
    if result.errors:
        shown["errors"] = [formatted(error) for error in result.errors]
    return shown


def refusal(kind: str, message: str) -> GraphQLError:
    """An error as GitHub words it; `kind` is its type, such as NOT_FOUND."""
    return GraphQLError(message, extensions={"type": kind})


def formatted(error: GraphQLError) -> Shown:
    """An error in an answer: GitHub has the type beside the message."""
    shown: Shown = {"message": error.message}
    kind = (error.extensions or {}).get("type")
    if kind:
        shown["type"] = kind
    if error.path:
        shown["path"] = error.path
    return shown


@dataclass(frozen=True)
class _Query:
    """What can be asked for at the top of a query."""

    site: HubSite
    limits: Mapping[str, Any]

    def rateLimit(self, _info: GraphQLResolveInfo) -> Shown:  # noqa: N802
        return dict(self.limits)

    def viewer(self, _info: GraphQLResolveInfo) -> Shown:
        return {"id": "U_0", "login": "reader", "databaseId": 0, "name": None}

    def repository(
        self,
        _info: GraphQLResolveInfo,
        owner: str,
        name: str,
        followRenames: bool = True,  # noqa: N803
    ) -> Shown:
        found = self.site.repository(f"{owner}/{name}")
        if found is None:
            raise _unknown("a Repository with the name", f"{owner}/{name}")
        return repository_of(self.site, found)

    def organization(self, _info: GraphQLResolveInfo, login: str) -> Shown:
        if not any(one.slug.lower().startswith(f"{login.lower()}/") for one in self.site.teams):
            raise _unknown("an Organization with the login of", login)
        return organization(self.site, login)

    def user(self, _info: GraphQLResolveInfo, login: str) -> Shown:
        users = {one.login.lower() for one in self.site.accounts if one.kind == "User"}
        if login.lower() not in users:
            raise _unknown("a User with the login of", login)
        return actor(self.site, login) or {}

    def node(self, _info: GraphQLResolveInfo, id: str) -> Shown:  # noqa: A002
        found = self._change(id)
        if isinstance(found, GraphQLError):
            raise found
        return found

    def nodes(self, _info: GraphQLResolveInfo, ids: Sequence[str]) -> list[Shown | GraphQLError]:
        return [self._change(one) for one in ids]

    def _change(self, own: str) -> Shown | GraphQLError:
        for repository, change in self.site.changes():
            if change_id(repository, change) == own:
                return pull_request(self.site, repository, change)
        return _unknown("a node with the global id of", own)


def _unknown(what: str, which: str) -> GraphQLError:
    return refusal("NOT_FOUND", f"Could not resolve to {what} '{which}'.")
