-- Load and concentration of teams, who owns and who leads an area, and who led whom.

create temp table team_weeks as
with observed as (
    select person_id, week from present_weeks where is_observed
),
seen as (
    select * from hidden_minutes semi join observed using (person_id, week)
),
cells as (
    select * from seen where team_id is not null
    union all
    select * replace ('' as team_id) from seen
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
counted as (
    select measured.team_id, measured.week, measured.authority_class
    from measured
    left join present_weeks as unseen
        on unseen.person_id = measured.actor_id and unseen.week = measured.week
        and not unseen.is_observed
    where measured.exclusion is null and measured.actor_id is not null
        and unseen.person_id is null
),
shares as (
    select
        team_id, week, count(*) as act_count,
        count(*) filter (where authority_class = 'informal')
        / nullif(count(*) filter (where authority_class <> 'unknown'), 0) as informal_share
    from (
        from counted where team_id is not null
        union all
        select * replace ('' as team_id) from counted
    )
    group by 1, 2
),
members as (
    select * from present_weeks where team_id is not null and is_observed
),
informal as (
    select
        team_id, person_id, (week + (step * 7)::int) as week, sum(informal_act_count) as acts
    from cells
    cross join range(8) as steps (step)
    where team_id <> ''
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
    from present_weeks
    where team_id is not null
    group by 1, 2
    union all
    select '', week, coalesce(people_count, 0), is_observed
    from (select week, bool_and(is_complete) as is_observed from coverage group by 1)
    left join (select week, count(*) as people_count from present_weeks group by 1) using (week)
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

create temp table codes as
select scope_type, scope_id, row_number() over (order by scope_type, scope_id) as area
from (
    select distinct scope_type, scope_id
    from traces
    where scope_type not in ('company', 'team', 'person')
);

create temp table persons as
select person_id, row_number() over (order by person_id) as person
from (select distinct person_id from traces);

create temp table people_areas as
with weekly as (
    select
        area * 16777216 + person as line, (week - date '$first_week') // 7 as step,
        sum(led_count)::bigint as led_count
    from traces
    join codes using (scope_type, scope_id)
    join persons using (person_id)
    group by 1, 2
),
lines as (
    select line, unnest(range(min(step), least(max(step) + 52, $weeks))) as step
    from weekly
    group by 1
),
summed as (
    select
        lines.*, sum(led_count) over recent_year as led,
        sum(led_count * lines.step) over recent_year as moment
    from lines
    left join weekly using (line, step)
    window recent_year as (
        partition by lines.line order by lines.step rows between 51 preceding and current row
    )
)
select
    line // 16777216 as area, line % 16777216 as person, step, led::bigint as led_count,
    ((52 - step) * led + moment)::bigint as recent
from summed
where led > 0;

create temp table area_owners as
select distinct
    places.area, places.step, coalesce(persons.person, -1) as person,
    held.person_id as owner_id
from (select distinct area, step from people_areas) as places
join codes using (area)
join holdings as held using (scope_type, scope_id)
left join persons on persons.person_id = held.person_id
where held.superseded_at = $never and not held.is_deputy
    and held.valid_from < date '$first_week' + (7 * (places.step + 1))::int - interval 14 hours
    and held.valid_to
    > date '$first_week' + (7 * (places.step + 1))::int - interval 14 hours
    - interval 1 microsecond;

create temp table areas as
with everywhere as (
    select person, step, sum(recent) as everywhere from people_areas group by 1, 2
),
placed as (
    select
        people_areas.*, owners.person is not null as is_owner,
        trunc(recent / sqrt(everywhere) * 65536)::bigint as weight
    from people_areas
    join everywhere using (person, step)
    left join area_owners as owners using (area, step, person)
),
ruled as (
    select
        area, step,
        max(led_count * 16777216 + 16777215 - person) as leader,
        max(led_count) as leader_count, sum(led_count)::bigint as act_count,
        sum(led_count) filter (where not is_owner) as informal_count,
        max(weight * 16777216 + 16777215 - person) filter (where not is_owner and weight > 0)
            as candidate
    from placed
    group by 1, 2
),
owned as (
    select area, step, list(person) as owners from area_owners group by 1, 2
)
select
    scope_type, scope_id, date '$first_week' + (7 * step)::int as week,
    case when act_count >= 10 then leaders.person_id end as leader_id,
    case when act_count >= 10 then leader_count / act_count end as leader_share,
    case when act_count >= 10 then candidates.person_id end as candidate_id,
    act_count,
    case when act_count >= 10 then coalesce(informal_count, 0) / act_count end as informal_share,
    case
        when act_count < 10 then 'too_few'
        when owners is null then 'no_owner'
        when list_contains(owners, leaders.person) then 'matches'
        else 'differs'
    end as match
from ruled
join codes using (area)
join persons as leaders on leaders.person = 16777215 - leader % 16777216
left join persons as candidates on candidates.person = 16777215 - candidate % 16777216
left join owned using (area, step)
where scope_type <> 'repository' or owners is not null;

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
