"""Questions to start from, with the queries that answer them: ten in each store."""

from collections.abc import Collection
from dataclasses import dataclass

from warehouse.catalogue import reads

COUNT = 10


@dataclass(frozen=True)
class Example:
    """A question in words and the query that answers it."""

    name: str
    question: str
    sql: str


def examples(objects: Collection[str], *, with_names: bool) -> list[Example]:
    """The ten examples of a store that has these tables, views and macros."""
    ordered = [*NAMED, *GENERAL] if with_names else GENERAL
    return [example for example in ordered if reads(example.sql) <= set(objects)][:COUNT]


NAMED = [
    Example(
        "load_by_person",
        "How many hours outside the recorded role did each person lead in the last week?",
        """select name, hidden_hours, hidden_hours_low, hidden_hours_high, evidence_grade
from mart.person_load
where week = (select max(week) from mart.person_load)
order by name""",
    ),
    Example(
        "owner_and_leader",
        "Who owns each area, and who leads it?",
        """select areas.scope_id, owners.owner_id, areas.leader_id, areas.leader_share, areas.match
from mart.areas as areas
left join mart.area_owners as owners using (scope_type, scope_id, week)
where week = (select max(week) from mart.areas)
order by areas.scope_id, owners.owner_id""",
    ),
    Example(
        "dotted_lines",
        "Which dotted lines run outside the recorded lines?",
        """select actors.name as actor, targets.name as target, ties.informal_act_count
from mart.lead_ties as ties
left join mart.people as actors on actors.person_id = ties.actor_id
left join mart.people as targets on targets.person_id = ties.target_id
where ties.week = (select max(week) from mart.lead_ties) and ties.informal_act_count > 0
order by actor, target""",
    ),
]

GENERAL = [
    Example("freshness", "How fresh is this, and what is missing?", "select * from mart.readme"),
    Example(
        "team_load",
        "Which teams carry leading work outside the recorded roles?",
        """select name, week, hidden_hours, hidden_hours_low, hidden_hours_high, evidence_grade
from mart.team_hidden_load
order by week desc, name""",
    ),
    Example(
        "why_a_week",
        "Why does somebody's week have its figures? Put in an id and a day of the week.",
        """select *
from mart.why(
    (
        select person_id
        from mart.person_weeks
        where act_count > 0
        order by week desc, person_id
        limit 1
    ),
    (select max(week) from mart.person_weeks where act_count > 0)
)""",
    ),
    Example(
        "evidence_of_a_week",
        "Which acts is a person's week made of? Put in an id and a day of the week.",
        """select *
from mart.evidence_for(
    (
        select person_id
        from mart.person_weeks
        where act_count > 0
        order by week desc, person_id
        limit 1
    ),
    (select max(week) from mart.person_weeks where act_count > 0)
)""",
    ),
    Example(
        "areas_led_by_others",
        "In which areas does somebody else lead than the owner, or has nobody been named?",
        """select scope_type, scope_id, match, act_count, mandate_count
from mart.register_gaps""",
    ),
    Example(
        "authority_by_week",
        "How much was formal, deliberate, ordinary, informal or unknown, by week?",
        """select week, authority_class, sum(act_count) as act_count, sum(hours) as hours
from mart.authority_weeks
group by week, authority_class
order by week desc, authority_class""",
    ),
    Example(
        "deciding_rules",
        "Which rules decided, in words?",
        """select acts.rule, rules.text, count(*) as act_count
from mart.acts as acts
left join mart.rules as rules using (rule)
group by acts.rule, rules.text
order by act_count desc, acts.rule""",
    ),
    Example(
        "late_records",
        "What did records change that came later than 14 days?",
        """select week, authority_as_known, authority_as_now, count(*) as act_count
from mart.acts
where is_recorded_late
group by all
order by week desc, act_count desc""",
    ),
    Example(
        "findings_by_team",
        "What was found, and how sure is it?",
        """select findings.code, teams.name, findings.value, findings.unit, findings.status
from mart.findings as findings
left join mart.teams as teams using (team_id)
order by findings.code, teams.name""",
    ),
    Example(
        "grades",
        "How good is the register of owners behind the figures?",
        """select week, evidence_grade, count(*) as team_count
from mart.team_weeks
where team_id <> ''
group by all
order by week desc, evidence_grade""",
    ),
    Example(
        "mandates_in_force",
        "Which mandates hold, of what kind, and when were they last confirmed?",
        """select scope_type, scope_id, mandate_kind, compensated, confirmed_on
from mart.mandates
cross join mart.about
where valid_from < data_until and coalesce(valid_to > data_until, true)
order by scope_type, scope_id, mandate_kind""",
    ),
    Example(
        "weeks_not_read",
        "Which sources miss which weeks?",
        """select source, week, problem
from mart.coverage
where not is_complete
order by week desc, source""",
    ),
    Example(
        "moves",
        "What would help, and when is it looked at again?",
        """select moves.position, moves.code, teams.name, moves.check_metric, moves.review_on
from mart.moves as moves
left join mart.teams as teams using (team_id)
order by teams.name, moves.position""",
    ),
    Example(
        "skipped_steps",
        "Which required steps were passed over, and how often?",
        """select step, date_trunc('month', skipped_at) as month, count(*) as ticket_count
from mart.skipped_steps
group by all
order by month desc, step""",
    ),
    Example(
        "columns",
        "What does a column mean?",
        """select object, "column", type, unit, text
from mart.dictionary
order by object, "column\"""",
    ),
]
