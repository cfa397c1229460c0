"""A made-up Jira Cloud on loopback, as the connector, the demo and the tests use it.

    from connectors.demo.services import jira

    ana = jira.user("acc-ana", "Ana Example", email="ana@shop.example")
    ben = jira.user("acc-ben", "Ben Example")
    rule = jira.user("acc-rule", "Automation", kind="app")
    checkout = jira.component("10100", "checkout", lead=ana, assignee_type="COMPONENT_LEAD")
    launch = jira.project("10000", "LNCH", "Launch", lead=ana, components=[checkout])

    at = datetime(2026, 9, 16, 9, tzinfo=UTC)
    first = jira.Ticket(launch, 101, opened_by=ana, at=at, components=["checkout"])  # LNCH-101
    first.assign(ben, by=ana, at=at + timedelta(days=6))
    first.move("In Test", by=ben, at=at + timedelta(days=7), assign=ana)  # one change, two fields
    first.comment("[~acc-ben] could you decide?", by=ana, at=at + timedelta(days=8))

    site = jira.JiraSite(users=[ana, ben, rule], projects=[launch], issues=[first.issue])
    with jira.serving(site) as url:                      # http://127.0.0.1:port
        ...

Other events of a ticket: `resolve`, `prioritise`, `report_as`, `relabel`, `plan` (a sprint),
`flag`, `put_under` (components), `transfer` (into another project), and `change` for items of
one's own. Tell the events of one ticket in the order in which they happened; each returns the
ticket. Everything is plain data in the shape of Jira's payloads, and the site may be changed while
it serves: append to `site.issues`, or tell a ticket's next event between two syncs.

The credentials are `site.user` and `site.token`; a source named `tracker` finds them in
DOTTEDLINE_TRACKER_USER and DOTTEDLINE_TRACKER_TOKEN. Its host belongs into
`privacy.internal_hosts`. A project whose key is in `site.hidden` is not visible.

    busy = jira.Fault("search/jql", status=429, headers={"Retry-After": "2"})
    traffic = jira.Traffic(faults=[busy])
    with jira.serving(site, traffic) as url:
        ...
    traffic.counts["search/jql"]                         # how often it was asked

Endpoints are counted without ids: serverInfo, myself, field, search/jql, search/approximate-count,
changelog/bulkfetch, issue/bulkfetch, issue/changelog, issue/comment, project/search, project,
component, users/search, user/bulk. Faults: see `loopback.Fault`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from connectors.demo.services import loopback
from connectors.demo.services.jira_answers import answer
from connectors.demo.services.jira_site import (
    JiraSite,
    Payload,
    component,
    moment,
    project,
    user,
    version,
)
from connectors.demo.services.jira_tickets import Ticket, document
from connectors.demo.services.loopback import Fault, Traffic

__all__ = [
    "Fault",
    "JiraSite",
    "Payload",
    "Ticket",
    "Traffic",
    "component",
    "document",
    "moment",
    "project",
    "serving",
    "user",
    "version",
]


@contextmanager
def serving(site: JiraSite, traffic: Traffic | None = None, *, port: int = 0) -> Iterator[str]:
    """Serves the site until the block ends; gives its address."""
    with loopback.serving(partial(answer, site), traffic, port=port) as url:
        yield url
