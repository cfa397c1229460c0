-- Load and concentration of teams, who owns and who leads an area, and who led whom.

create temp table team_weeks as
with cells as (
    select * from hidden_minutes where team_id is not null
),
hours as (
    select
        team_id, week, sum(minutes) as total, sum(minutes * minutes) as cells_squared,
        sum(variance) as variance
    from cells
    group by 1, 2
),
people_squared as (
    select team_id, week, sum(minutes * minutes) as squared
    from (select team_id, week, sum(minutes) as minutes from cells group by 1, 2, person_id)
    group by 1, 2
),
kinds_squared as (
    select team_id, week, sum(minutes * minutes) as squared
    from (select team_id, week, sum(minutes) as minutes from cells group by 1, 2, kind)
    group by 1, 2
),
bounds as (
    select
        team_id, week, total,
        team_square(total, people_squared.squared, kinds_squared.squared, cells_squared, variance)
            as square
    from hours
    join people_squared using (team_id, week)
    join kinds_squared using (team_id, week)
),
shares as (
    select
        team_id, week, count(*) as act_count,
        count(*) filter (where authority_class = 'informal')
        / nullif(count(*) filter (where authority_class <> 'unknown'), 0) as informal_share
    from measured
    where exclusion is null and team_id is not null
    group by 1, 2
),
members as (
    select * from present_weeks where team_id is not null
),
informal as (
    select
        team_id, person_id, (week + (step * 7)::int) as week, sum(informal_act_count) as acts
    from cells
    cross join range(8) as steps (step)
    group by 1, 2, 3
),
ranked as (
    select
        team_id, week, coalesce(informal.acts, 0) as acts,
        row_number() over (partition by team_id, week order by coalesce(informal.acts, 0)) as place
    from members
    left join informal using (team_id, person_id, week)
),
teams as (
    select
        team_id, week, count(*) as n, sum(acts)::bigint as acts, max(acts) as most,
        sum(acts * place) as weighted
    from ranked
    group by 1, 2
    having n >= 5 and acts >= 20
),
concentration as (
    select
        team_id, week, most / acts as top_share,
        (2.0 * weighted / (n * acts) - (n + 1.0) / n) * n / (n - 1.0) as gini,
        (gini - floors.noise) / (1.0 - floors.noise) as gini_excess
    from teams
    left join floors using (team_id, week)
),
weeks as (
    select team_id, week, count(*) as people_count, bool_or(is_observed) as is_observed
    from members
    group by 1, 2
)
select
    team_id, week, people_count,
    case when is_observed then coalesce(total / 60.0, 0.0) end as hidden_hours,
    case when is_observed then coalesce(percentile(total, square, -$z90) / 60.0, 0.0) end
        as hidden_hours_low,
    case when is_observed then coalesce(percentile(total, square, $z90) / 60.0, 0.0) end
        as hidden_hours_high,
    case when is_observed then top_share end as top_share,
    case when is_observed then gini_excess end as gini_excess,
    case when is_observed then informal_share end as informal_share,
    case when is_observed then coalesce(act_count, 0) end as act_count,
    is_observed, grade as evidence_grade
from weeks
left join bounds using (team_id, week)
left join shares using (team_id, week)
left join concentration using (team_id, week)
left join register_weeks using (team_id, week);

create temp table people_areas as
with weekly as (
    select scope_type, scope_id, person_id, week, sum(led_count) as led_count
    from traces
    where scope_type not in ('company', 'team', 'person')
    group by 1, 2, 3, 4
),
line as (
    select scope_type, scope_id, person_id, unnest(
        generate_series(min(week), least(max(week) + 51 * 7, date '$last_week'), interval 7 days)
    )::date as week
    from weekly
    group by 1, 2, 3
),
summed as (
    select
        line.*,
        sum(led_count) over recent_year as led,
        sum(led_count * (line.week - date '$first_week') // 7) over recent_year as moment
    from line
    left join weekly using (scope_type, scope_id, person_id, week)
    window recent_year as (
        partition by line.scope_type, line.scope_id, line.person_id order by line.week
        rows between 51 preceding and current row
    )
)
select
    scope_type, scope_id, person_id, week, led::bigint as led_count,
    ((52 - (week - date '$first_week') // 7) * led + moment)::bigint as recent
from summed
where led > 0;

create temp table area_owners as
select distinct areas.scope_type, areas.scope_id, areas.week, held.person_id as owner_id
from (select distinct scope_type, scope_id, week from people_areas) as areas
join holdings as held using (scope_type, scope_id)
where held.superseded_at = $never and held.via_kinds = ''
    and held.valid_from < areas.week + 7
    and held.valid_to > areas.week + 7 - interval 1 microsecond;

create temp table areas as
with everywhere as (
    select person_id, week, sum(recent) as everywhere from people_areas group by 1, 2
),
placed as (
    select
        people_areas.*, owners.owner_id is not null as is_owner,
        trunc(recent / sqrt(everywhere) * 65536)::bigint as weight
    from people_areas
    join everywhere using (person_id, week)
    left join area_owners as owners
        on owners.scope_type = people_areas.scope_type and owners.scope_id = people_areas.scope_id
        and owners.week = people_areas.week and owners.owner_id = people_areas.person_id
),
ruled as (
    select
        scope_type, scope_id, week,
        min_by(person_id, (-led_count, person_id)) as leader_id,
        max(led_count) as leader_count, sum(led_count)::bigint as act_count,
        sum(led_count) filter (where not is_owner) as informal_count,
        min_by(person_id, (-weight, person_id)) filter (where not is_owner and weight > 0)
            as candidate_id
    from placed
    group by 1, 2, 3
),
owned as (
    select scope_type, scope_id, week, list(owner_id) as owner_ids
    from area_owners
    group by 1, 2, 3
)
select
    scope_type, scope_id, week,
    case when act_count >= 10 then leader_id end as leader_id,
    case when act_count >= 10 then leader_count / act_count end as leader_share,
    case when act_count >= 10 then candidate_id end as candidate_id,
    act_count,
    case when act_count >= 10 then coalesce(informal_count, 0) / act_count end as informal_share,
    case
        when act_count < 10 then 'too_few'
        when owner_ids is null then 'no_owner'
        when list_contains(owner_ids, ruled.leader_id) then 'matches'
        else 'differs'
    end as match
from ruled
left join owned using (scope_type, scope_id, week)
where scope_type <> 'repository' or owner_ids is not null;

create temp table lead_ties as
with weekly as (
    select
        actor_id, target_id, week, count(*) as act_count,
        count(*) filter (where authority_class = 'informal') as informal_act_count,
        sum(credited_minutes) / 60.0 as hours
    from measured
    where exclusion is null and actor_id is not null and target_id is not null
    group by 1, 2, 3
)
select
    actor_id, target_id, (week + (step * 7)::int) as week, sum(act_count)::bigint as act_count,
    sum(informal_act_count)::bigint as informal_act_count, sum(hours) as hours
from weekly
cross join range(8) as steps (step)
where week + (step * 7)::int <= date '$last_week'
group by 1, 2, 3
having sum(act_count) >= 3;
