"""What a query may ask at most, and what it costs: pages of at most 100, 500,000 nodes, points.

Source: docs.github.com, "Rate limits and query limits for the GraphQL API".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
)

from connectors.demo.services.github_answers import refusal, schema

MOST_NODES = 500_000
MOST_ON_A_PAGE = 100
REQUESTS_OF_A_POINT = 100


@dataclass(frozen=True)
class Size:
    """What a query asks: `nodes` at most, `points` of the budget, `changes` on its largest page.

    `errors`: pages without a size, or larger than allowed.
    """

    nodes: int
    points: int
    changes: int
    errors: tuple[GraphQLError, ...]


@dataclass(frozen=True)
class _Page:
    """A connection in the query: how often it is asked, for how many nodes each time."""

    name: str
    times: int
    size: int
    error: GraphQLError | None


def size_of(document: DocumentNode, variables: Mapping[str, Any]) -> Size:
    """The size of a query: each page is as large as it is allowed to be."""
    pages = list(_pages_of(document, variables))
    nodes = sum(page.times * page.size for page in pages)
    asked = sum(page.times for page in pages)
    errors = [page.error for page in pages if page.error]
    if nodes > MOST_NODES:
        text = f"requests {nodes:,} possible nodes, more than the maximum of {MOST_NODES:,}"
        errors.append(refusal("MAX_NODE_LIMIT_EXCEEDED", text))
    return Size(
        nodes=nodes,
        points=max(1, round(asked / REQUESTS_OF_A_POINT)),
        changes=max((page.size for page in pages if page.name == "pullRequests"), default=0),
        errors=tuple(errors),
    )


def _pages_of(document: DocumentNode, variables: Mapping[str, Any]) -> Iterator[_Page]:
    fragments = {
        one.name.value: one
        for one in document.definitions
        if isinstance(one, FragmentDefinitionNode)
    }
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            yield from _pages(one.selection_set, fragments, variables, 1)


def _pages(
    selections: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    variables: Mapping[str, Any],
    times: int,
) -> Iterator[_Page]:
    for one in selections.selections if selections else ():
        if isinstance(one, FragmentSpreadNode):
            inner = fragments[one.name.value].selection_set
            yield from _pages(inner, fragments, variables, times)
        elif isinstance(one, InlineFragmentNode):
            yield from _pages(one.selection_set, fragments, variables, times)
        elif isinstance(one, FieldNode):
            below = times
            if one.name.value in _connections():
                page = _page(one, variables, times)
                yield page
                below *= page.size
            yield from _pages(one.selection_set, fragments, variables, below)


def _page(field: FieldNode, variables: Mapping[str, Any], times: int) -> _Page:
    name = field.name.value
    given = [
        variables.get(argument.value.name.value)
        if isinstance(argument.value, VariableNode)
        else int(argument.value.value)
        for argument in field.arguments or ()
        if argument.name.value in ("first", "last")
        and isinstance(argument.value, VariableNode | IntValueNode)
    ]
    size = next((number for number in given if number is not None), None)
    error = None
    if size is None:
        text = f"You must provide a `first` or `last` value to properly paginate `{name}`."
        error = refusal("MISSING_PAGINATION_BOUNDARIES", text)
    elif not 1 <= size <= MOST_ON_A_PAGE:
        text = f"Requesting {size} records on `{name}` exceeds the limit of 100 records."
        error = refusal("EXCESSIVE_PAGINATION", text)
    return _Page(name, times, size or 0, error)


@cache
def _connections() -> frozenset[str]:
    """Names of fields that have pages; none of them is another kind of field elsewhere."""
    return frozenset(
        name
        for one in schema().type_map.values()
        for name, field in getattr(one, "fields", {}).items()
        if "first" in getattr(field, "args", {})
    )
