"""What is expected of the launch (docs/launch.md), beside what the published files say of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from warehouse import read

# The tests of the launch, given out and moved on in its window.
GIVEN = """
    select count(*)
    from mart.acts
    where kind in ('assign', 'reassign') and scope_id = 'LNCH'
        and happened_at between timestamp '2026-09-17 22:00' and timestamp '2026-10-02 15:30'
        and {}
"""
FOUND = """
    select {1}
    from mart.findings
    where code = '{0}' and scope_id = 'LNCH' and window_start = date '2026-09-18'
"""
HOURS = (
    "select round(8 * {}, 2) from mart.person_weeks where person_id = 'S' and week = '2026-09-28'"
)
SKIPPED = "select count(*) from mart.skipped_steps"
MOVES = "select string_agg(code, ' ' order by position) from mart.moves"
DRAFTS = "select count(*) from mart.owner_drafts"
AGAIN = """
    select count(*)
    from mart.acts
    where actor_id = 'S' and happened_at >= timestamp '2026-10-05' and authority_class = '{}'
"""
HOURS_SINCE = """
    select round(sum(hidden_hours), 2)
    from mart.person_weeks
    where person_id = 'S' and week >= '2026-10-05'
"""
ANSWER = "select max(answer) from mart.moves where code = 'M8'"


@dataclass(frozen=True)
class Expected:
    """One figure: the query that gives it, and what it should give."""

    what: str
    wanted: str
    sql: str
    agrees: Callable[[object], bool] | None = None  # None: exactly what is wanted

    def row(self, store: Path) -> list[object]:
        """What, wanted, found, and `differs` where it does."""
        answer = read.query(store, self.sql)
        found = answer.row(0)[0] if answer.height else None
        shown = "nothing" if found is None else str(found)
        is_right = shown == self.wanted if self.agrees is None else self.agrees(found)
        return [self.what, self.wanted, shown, "" if is_right else "differs"]


def _given(what: str, wanted: int, where: str) -> Expected:
    return Expected(what, str(wanted), GIVEN.format(where))


def _finding(what: str, wanted: str, code: str, value: str) -> Expected:
    return Expected(what, wanted, FOUND.format(code, value))


def _hours(what: str, low: float, high: float, column: str) -> Expected:
    def agrees(found: object) -> bool:
        return isinstance(found, float) and low <= found <= high

    return Expected(what, f"{low} to {high}", HOURS.format(column), agrees)


MET = "case when value > threshold then 'met' else 'not met' end"
LAUNCH = (
    _given("tickets given to others", 15, "authority <> 'excluded'"),
    _given("  informal", 11, "authority_class = 'informal'"),
    _given("  of these in place of a slow holder", 11, "rule = '7 slow_holder'"),
    _given("  delegated", 1, "authority = 'delegated'"),
    _given("  by mandate", 2, "authority = 'formal_mandate'"),
    _given("  down the line", 1, "authority = 'formal_line'"),
    _given("  excluded: own, automation", 2, "authority = 'excluded'"),
    _given("  informal and after hours", 4, "authority_class = 'informal' and is_after_hours"),
    _finding("informal share in the crisis (S4), %", "73", "S4", "round(100 * value)::int"),
    _finding("  5th percentile", "52", "S4", "round(100 * value_low)::int"),
    _finding("  95th percentile", "88", "S4", "round(100 * value_high)::int"),
    _finding("  sign", "met", "S4", MET),
    _finding("waits of holders (P2), median hours", "41", "P2", "value::int"),
    _finding("  sign", "met", "P2", MET),
    _finding("meetings of P (D3), hours", "31", "D3", "value::int"),
    _hours("hidden hours of S", 2.6, 3.6, "hidden_hours_8w"),
    _hours("  5th percentile", 1.5, 2.4, "hidden_hours_8w_low"),
    _hours("  95th percentile", 4.0, 5.6, "hidden_hours_8w_high"),
    Expected("required steps skipped", "3", SKIPPED),
    Expected("moves, in order", "M8 M10 M1 M2", MOVES),
    Expected("owners to publish", "12", DRAFTS),
)
AFTER = (
    Expected("acts of S again, formal", "14", AGAIN.format("formal")),
    Expected("acts of S again, informal", "0", AGAIN.format("informal")),
    Expected("hidden hours of S since", "0.0", HOURS_SINCE),
    Expected("answer to M8", "done", ANSWER),
)
