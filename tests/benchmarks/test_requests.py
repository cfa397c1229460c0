"""How often a service is asked in a night."""

import pytest

from benchmarks.requests import MOST, MOST_OF_HOST, github_night, jira_night, table


@pytest.mark.parametrize(("changed", "most"), [(100, 4), (250, 6)])
def test_tickets_are_asked_for_by_the_page_and_never_one_by_one(changed, most):
    night = jira_night(changed)
    assert night.requests <= most < MOST
    assert night.for_cut == 0


def test_a_ticket_of_whose_comments_a_search_shows_some_costs_one_request_more():
    night = jira_night(100, cut=7)
    assert (night.requests, night.for_cut) == (4, 7)


def test_the_table_has_a_line_a_night():
    assert table([jira_night(100)]).splitlines()[1].split() == ["Jira", "100", "4", "40.0", "0"]


@pytest.mark.parametrize(("changed", "cut", "for_cut"), [(100, 0, 0), (100, 30, 2)])
def test_pull_requests_are_asked_for_by_the_page_with_all_that_is_read_of_them(
    changed, cut, for_cut
):
    """Five for pages, up to what is older; five for owners, members and who lies open."""
    night = github_night(changed, cut)
    assert (night.requests, night.for_cut) == (10, for_cut)
    assert 1_000 * (night.requests - 5) <= MOST_OF_HOST * changed
