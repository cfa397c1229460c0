"""Which owned paths a pull request touches, and who owns them, by CODEOWNERS at a moment.

Which pattern matches which path is `models.org.owner_patterns`; here the last line that matches a
file has it. The order of areas in a chain is that of `models.org.commit_scopes`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from connectors.github_owners import Version
from connectors.owners.register import Pattern
from models.org.owner_patterns import matches

MOST_AREAS = 100  # in one chain, those with most files; more is a change of everything


@dataclass(frozen=True)
class Touched:
    """The chain of areas, and the owners that GitHub asks, as CODEOWNERS names them."""

    scope_chain: str
    owners: frozenset[str]


class Areas:
    """The areas of one repository over time, for the paths given."""

    def __init__(self, repository: str, versions: Sequence[Version], paths: Iterable[str]) -> None:
        self._repository = repository
        self._moments = [version.at for version in versions]
        self._patterns = [
            {pattern.pattern: pattern for pattern in version.register.patterns}
            for version in versions
        ]
        self._owners = [_owners(version) for version in versions]
        self._matching = _matching(paths, versions)
        self._found: dict[tuple[tuple[str, ...], int], Touched] = {}

    def touched(self, files: tuple[str, ...], at: datetime) -> Touched:
        """What these files touch by the version of a moment; before the first, nothing owned."""
        index = bisect_right(self._moments, at) - 1
        known = self._found.get((files, index))
        if known is None:
            known = self._found[files, index] = self._touched(files, index)
        return known

    def _touched(self, files: tuple[str, ...], index: int) -> Touched:
        chain = [f"repository:{self._repository}"]
        if index < 0:
            return Touched(chain[0], frozenset())
        counts = Counter(
            pattern for path in files if (pattern := self._last(path, index)) is not None
        )
        owners = (self._owners[index].get(pattern.pattern, frozenset()) for pattern in counts)
        areas = sorted(
            (one for one in counts if not one.is_catch_all),
            key=lambda one: (-counts[one], -len(one.pattern), one.pattern),
        )
        ids = [f"path:{scope_id(self._repository, one.pattern)}" for one in areas[:MOST_AREAS]]
        return Touched("\n".join([*ids, *chain]), frozenset().union(*owners))

    def _last(self, path: str, index: int) -> Pattern | None:
        standing = self._patterns[index]
        found = (standing[one] for one in self._matching.get(path, ()) if one in standing)
        return max(found, key=lambda one: one.position, default=None)


def scope_id(repository: str, pattern: str) -> str:
    """The name of an area: `example/shop:src/pay/**`."""
    return f"{repository}:{pattern}"


def _owners(version: Version) -> dict[str, frozenset[str]]:
    owners: dict[str, set[str]] = {}
    for entry in version.register.entries:
        owners.setdefault(entry.scope_id, set()).add(entry.account_id)
    return {pattern: frozenset(named) for pattern, named in owners.items()}


def _matching(paths: Iterable[str], versions: Sequence[Version]) -> dict[str, list[str]]:
    """Patterns of any version that match a path, by path."""
    patterns = sorted({one.pattern for version in versions for one in version.register.patterns})
    if not patterns:
        return {}
    found = matches(
        pl.LazyFrame({"path": sorted(set(paths))}, schema={"path": pl.String}),
        pl.LazyFrame({"dialect": "codeowners", "pattern": patterns}),
    ).collect(engine="streaming")
    by_path: dict[str, list[str]] = {}
    for path, _, pattern in found.sort("path", "pattern").iter_rows():
        by_path.setdefault(path, []).append(pattern)
    return by_path
