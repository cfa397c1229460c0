"""`explain`: the figure, the rule that decided, the acts and the links behind an id."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from pipelines.cli import session
from pipelines.cli.query import cell
from pipelines.cli.stores import Store, noted, published, purpose_of, reader
from warehouse.explain import Explanation, UnknownId
from warehouse.explain import explain as explained
from warehouse.read import PEOPLE, Reading

COLUMNS = ["act_id", "happened_at", "kind", "authority", "rule", "minutes"]
IN_OPS = "Acts and people have other ids here; --store restricted --purpose load_review has yours"
MOST_ACTS = 30  # on the screen; --json has all


def explain(
    id: str,  # noqa: A002 - the word of the contract
    *,
    store: Store = "ops",
    purpose: str | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
) -> None:
    """Say what stands behind an id.

    Args:
        id: An act, a finding, an area, or a person and week such as "ada 2026-W47".
        store: ops, or restricted, which has the links and writes down who asked for what.
        purpose: What a reading of the restricted store is for.
        json: As JSON, with all acts.
    """
    settings = session.settings()
    asked_for = purpose_of(purpose) if store == "restricted" else None
    try:
        found = explained(published(settings, store), id)
    except UnknownId as error:
        if asked_for is not None:  # its message names near ids
            noted(settings, Reading(reader(), asked_for, "explain an unknown id", 0, ()))
        raise UnknownId(f"{error} {IN_OPS}" if store == "ops" else str(error)) from None
    if asked_for is not None:
        whose = {str(figure.value) for figure in found.figures if figure.name in PEOPLE}
        what = f"explain {found.kind}"
        noted(
            settings,
            Reading(reader(), asked_for, what, found.acts.height, tuple(sorted(whose))),
        )
    if json:
        tables = {"acts": found.acts.to_dicts(), "traces": found.traces.to_dicts()}
        session.say_json({**asdict(found), **tables})
    else:
        _say(found)


def _say(found: Explanation) -> None:
    session.say(f"{found.kind} {found.id}\n")
    session.say_table(
        ["figure", "value", "unit", "meaning"],
        [[each.name, cell(each.value), each.unit, each.text] for each in found.figures],
    )
    if found.rules:
        session.say("\nRules that decided")
        session.say_table(["rule", "in words"], list(found.rules.items()))
    if found.acts.height:
        session.say(f"\nActs: {found.acts.height}")
        rows = found.acts.tail(MOST_ACTS).select(COLUMNS).rows()
        session.say_table(COLUMNS, [[cell(value) for value in row] for row in rows])
    if found.acts.height > MOST_ACTS:
        session.say(f"… and {found.acts.height - MOST_ACTS} earlier ones; --json has them all")
    if found.traces.height:
        session.say(f"\nOther traces: {found.traces.height}")
        rows = found.traces.head(MOST_ACTS).rows()
        session.say_table(found.traces.columns, [[cell(value) for value in row] for row in rows])
    for link in found.links[:MOST_ACTS]:
        session.say(link)
