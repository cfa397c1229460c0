"""What is asked of GitHub: the texts of the queries, and how many a page has.

Each connection names its size, as GitHub demands; what a page does not hold is continued by
`more_of`. No text has a value in it: values go in as variables.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

FIRST_SIZE = 25  # pull requests on a page: above, real repositories meet GitHub's ten seconds
HEADS = 100  # pull requests on a page of ids alone

_PAGE = "pageInfo { hasNextPage endCursor }"

WHO = """
fragment who on Actor {
  __typename
  login
  ... on Node { id }
  ... on User { databaseId name }
  ... on Bot { databaseId }
  ... on Mannequin { databaseId }
}
"""
_ASKED = "requestedReviewer { ... on Actor { ...who } ... on Team { combinedSlug } }"

# What is read of each event of the timeline besides its id, actor and moment.
TIMELINE = {
    "AddedToMergeQueueEvent": "",
    "AssignedEvent": "assignee { ... on Actor { ...who } }",
    "AutoMergeDisabledEvent": "",
    "AutoMergeEnabledEvent": "",
    "AutoRebaseEnabledEvent": "",
    "AutoSquashEnabledEvent": "",
    "ClosedEvent": "",
    "ConvertToDraftEvent": "",
    "LabeledEvent": "",
    "MentionedEvent": "",
    "MergedEvent": "",
    "MilestonedEvent": "",
    "ReadyForReviewEvent": "",
    "RemovedFromMergeQueueEvent": "reason",
    "ReopenedEvent": "",
    "ReviewDismissedEvent": "previousReviewState review { id } pullRequestCommit { id }",
    "ReviewRequestRemovedEvent": _ASKED,
    "ReviewRequestedEvent": _ASKED,
    "UnassignedEvent": "assignee { ... on Actor { ...who } }",
}


def _constant(name: str) -> str:
    """ReadyForReviewEvent as READY_FOR_REVIEW_EVENT."""
    return "".join(f"_{sign}" if sign.isupper() else sign.upper() for sign in name)[1:]


_ITEMS = "\n".join(
    f"... on {name} {{ id createdAt actor {{ ...who }} {more} }}" for name, more in TIMELINE.items()
)
_TYPES = ", ".join(_constant(name) for name in TIMELINE)


class Part(NamedTuple):
    """A list of a pull request: how many are read at once, its other arguments, its fields."""

    first: int
    fields: str
    arguments: str = ""


# Most pull requests fit whole into the first page of each of these.
PARTS: Mapping[str, Part] = {
    "comments": Part(50, "id createdAt body author { ...who }"),
    "files": Part(100, "path"),
    "reviewRequests": Part(20, f"asCodeOwner {_ASKED}"),
    "reviews": Part(
        20,
        "id state submittedAt body commit { oid } comments(first: 1) { totalCount } "
        "author { ...who }",
    ),
    "timelineItems": Part(100, f"__typename {_ITEMS}", f"itemTypes: [{_TYPES}]"),
}


def _part(name: str, first: int, after: str = "") -> str:
    part = PARTS[name]
    given = ", ".join(one for one in (f"first: {first}", after, part.arguments) if one)
    return f"{name}({given}) {{ {_PAGE} nodes {{ {part.fields} }} }}"


CHANGE = f"""
fragment change on PullRequest {{
  id number createdAt updatedAt additions deletions body mergedAt
  author {{ ...who }}
  mergedBy {{ ...who }}
  {" ".join(_part(name, part.first) for name, part in PARTS.items())}
}}
"""

_NAMED = "$owner: String!, $name: String!"
_REPOSITORY = "repository(owner: $owner, name: $name)"
_LATEST = "orderBy: {field: UPDATED_AT, direction: DESC}"
LATEST_FIRST = {"field": "UPDATED_AT", "direction": "DESC"}
OLDEST_FIRST = {"field": "UPDATED_AT", "direction": "ASC"}

CHANGES = f"""
query Changes({_NAMED}, $first: Int!, $after: String) {{
  {_REPOSITORY} {{
    pullRequests(first: $first, after: $after, {_LATEST}) {{ {_PAGE} nodes {{ ...change }} }}
  }}
}}
{CHANGE}{WHO}"""

HEADS_OF_CHANGES = f"""
query Heads({_NAMED}, $first: Int!, $after: String, $order: IssueOrder!,
            $states: [PullRequestState!]) {{
  {_REPOSITORY} {{
    pullRequests(first: $first, after: $after, orderBy: $order, states: $states) {{
      {_PAGE} nodes {{ id updatedAt }}
    }}
  }}
}}
"""

SOME_CHANGES = f"""
query Some($ids: [ID!]!) {{
  nodes(ids: $ids) {{ ... on PullRequest {{ ...change }} }}
}}
{CHANGE}{WHO}"""

PROBE = f"""
query Probe({_NAMED}) {{
  {_REPOSITORY} {{ nameWithOwner pullRequests(first: 1) {{ totalCount }} }}
}}
"""

PLACES = {  # of CODEOWNERS; the first that is there counts
    "github": ".github/CODEOWNERS",
    "root": "CODEOWNERS",
    "docs": "docs/CODEOWNERS",
}
VERSIONS = 25  # of CODEOWNERS at once: each comes with its whole text


def _history(alias: str, path: str, after: str = "") -> str:
    return f"""{alias}: history(first: {VERSIONS}, path: "{path}"{after}) {{
      {_PAGE}
      nodes {{
        oid committedDate
        associatedPullRequests(first: 1) {{ nodes {{ mergedAt }} }}
        file(path: "{path}") {{ object {{ ... on Blob {{ text isTruncated }} }} }}
      }}
    }}"""


def owners_of(after: Mapping[str, str | None]) -> str:
    """The versions of CODEOWNERS in some of `PLACES`, after a cursor each; variables: `after_*`."""
    declared = "".join(f", $after_{place}: String" for place in after)
    parts = [_history(one, PLACES[one], f", after: $after_{one}") for one in after]
    return f"""
query Owners({_NAMED}{declared}) {{
  {_REPOSITORY} {{
    id nameWithOwner
    defaultBranchRef {{ target {{ ... on Commit {{ oid {" ".join(parts)} }} }} }}
  }}
}}
"""


class Rest(NamedTuple):
    """What is still to be read of a list of a pull request."""

    change_id: str
    part: str
    after: str


def more_of(rests: Sequence[Rest]) -> tuple[str, dict[str, Any]]:
    """A query for the next page of several lists at once, under `m0`, `m1`..., with its values."""
    declared = ", ".join(f"$id{at}: ID!, $after{at}: String" for at in range(len(rests)))
    parts = [
        f"m{at}: node(id: $id{at}) {{ ... on PullRequest {{ "
        f"{_part(rest.part, 100, f'after: $after{at}')} }} }}"
        for at, rest in enumerate(rests)
    ]
    values: dict[str, Any] = {}
    for at, rest in enumerate(rests):
        values |= {f"id{at}": rest.change_id, f"after{at}": rest.after}
    is_named = any(rest.part != "files" for rest in rests)
    text = f"query More({declared}) {{ {' '.join(parts)} }}\n{WHO if is_named else ''}"
    return text, values


def members_of(teams: Sequence[tuple[str, str | None]]) -> tuple[str, dict[str, Any]]:
    """A query for members of teams (organisation/team, cursor), under `t0`, `t1`..."""
    declared: list[str] = []
    parts: list[str] = []
    values: dict[str, Any] = {}
    for at, (slug, after) in enumerate(teams):
        organization, _, name = slug.partition("/")
        declared.append(f"$owner{at}: String!, $slug{at}: String!, $after{at}: String")
        parts.append(
            f"t{at}: organization(login: $owner{at}) {{ team(slug: $slug{at}) {{ "
            f"members(first: 100, after: $after{at}) {{ {_PAGE} nodes {{ ...who }} }} }} }}"
        )
        values |= {f"owner{at}": organization, f"slug{at}": name, f"after{at}": after}
    return f"query Teams({', '.join(declared)}) {{ {' '.join(parts)} }}\n{WHO}", values


def users_of(logins: Sequence[str]) -> tuple[str, dict[str, Any]]:
    """A query for the accounts of some logins, under `u0`, `u1`..."""
    declared = ", ".join(f"$login{at}: String!" for at in range(len(logins)))
    parts = " ".join(f"u{at}: user(login: $login{at}) {{ ...who }}" for at in range(len(logins)))
    values = {f"login{at}": login for at, login in enumerate(logins)}
    return f"query Users({declared}) {{ {parts} }}\n{WHO}", values
