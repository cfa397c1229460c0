-- Who was there, what is hidden, and the load of each person and week.

create temp table present_weeks as
with weeks as (select week, bool_and(is_complete) as is_complete from coverage group by week),
active as (
    select distinct actor_id as person_id, (week + (step * 7)::int) as week
    from (select distinct actor_id, week from measured where exclusion is null)
    cross join range(8) as steps (step)
),
stays as (
    select
        people.*, weeks.week, weeks.is_complete,
        row_number() over (
            partition by people.person_id, weeks.week order by people.valid_from desc
        ) as place,
        min(people.valid_from) over (partition by people.person_id, weeks.week) as employed_from,
        max(people.valid_to) over (partition by people.person_id, weeks.week) as employed_to
    from people
    join weeks
        on people.valid_from < weeks.week + 7
        and people.valid_to > weeks.week
    left join active on active.person_id = people.person_id and active.week = weeks.week
    where people.team_id is not null or active.person_id is not null
),
pattern_days as (
    select distinct working_hours, minute // 1440 as step
    from minutes_of_week
    where is_working and minute < 10080
),
days as (
    select
        stays.person_id, stays.week, stays.location, (stays.week + step::int)::date as at_day,
        at_day + interval 12 hours >= employed_from
        and at_day + interval 12 hours < employed_to as is_employed
    from stays
    join pattern_days
        on pattern_days.working_hours = coalesce(stays.working_hours, '$waiting_pattern')
    where stays.place = 1
),
away as (
    select distinct days.person_id, days.at_day
    from days
    join absences
        on absences.person_id = days.person_id
        and absences.valid_from <= days.at_day + interval 12 hours
        and absences.valid_to > days.at_day + interval 12 hours
),
presence as (
    select
        days.person_id, days.week, count(*) as pattern_days,
        count(*) filter (
            where days.is_employed and away.person_id is null and off.location is null
        ) as present_days
    from days
    left join away on away.person_id = days.person_id and away.at_day = days.at_day
    left join holiday_dates as off on off.location = days.location and off."on" = days.at_day
    group by days.person_id, days.week
)
select
    stays.person_id, stays.week, stays.team_id, presence.present_days::double as present_days,
    stays.contract_hours_week * presence.present_days / presence.pattern_days as contract_hours,
    stays.is_complete and not exists (
        select 1
        from objections
        where objections.person_id = stays.person_id and objections.valid_from < stays.week + 7
    ) as is_observed
from stays
left join presence using (person_id, week)
where stays.place = 1;

create temp table register_weeks as
with counted as (
    select
        team_id, week, count(*) as targeted_count, count(*) filter (where is_scope_resolved)
            as resolved,
        count(*) filter (where is_scope_resolved and is_stale) as stale
    from measured
    where exclusion is null and target_count > 0
    group by team_id, week
),
places as (
    select '' as team_id, * exclude (team_id) from counted
    union all
    select * from counted where team_id is not null
),
over_weeks as (
    select
        team_id, (week + (step * 7)::int) as week, sum(targeted_count) as targeted_count,
        sum(resolved) as resolved, sum(stale) as stale
    from places
    cross join range(8) as steps (step)
    group by 1, 2
)
select
    team_id, week,
    resolved / targeted_count as resolved_share,
    coalesce(stale / nullif(resolved, 0), 0.0) as stale_share,
    case
        when resolved_share >= 0.95 and stale_share <= 0.05 then 'A'
        when resolved_share >= 0.90 and stale_share <= 0.10 then 'B'
        when resolved_share >= 0.80 and stale_share <= 0.15 then 'C'
        else 'D'
    end as grade
from over_weeks;

create temp table excess as
with own as (
    select
        actor_id as person_id, team_id, week, sum(credited_minutes) as minutes,
        sum(variance + credited_minutes * credited_minutes) as spread
    from measured
    where authority = 'ordinary' and kind in ('review', 'answer') and team_id is not null
    group by 1, 2, 3
),
got as (
    select target_id as person_id, team_id, week, sum(credited_minutes) as minutes
    from measured
    where authority = 'ordinary' and kind in ('review', 'answer') and team_id is not null
        and target_id is not null
    group by 1, 2, 3
),
members as (
    select
        present.person_id, present.team_id, present.week, coalesce(own.minutes, 0.0) as own,
        coalesce(own.spread, 0.0) as variance, coalesce(got.minutes, 0.0) as authored,
        coalesce(present.contract_hours, 40.0 * present.present_days / 5.0, 0.0) as weight,
        sum(weight) over (partition by present.team_id, present.week) as team_weight,
        team_weight - weight as others,
        case when others > 0 then coalesce(got.minutes, 0.0) / others else 0.0 end as owed
    from present_weeks as present
    left join own using (person_id, team_id, week)
    left join got using (person_id, team_id, week)
    where present.team_id is not null
),
shares as (
    select
        *,
        weight * (sum(owed) over team_week - owed)
        + case
            when team_weight > 0
            then weight / team_weight
                * greatest(sum(own) over team_week - sum(authored) over team_week, 0.0)
            else 0.0
        end as expected
    from members
    window team_week as (partition by team_id, week)
),
over_weeks as (
    select
        person_id, team_id, (week + (step * 7)::int) as week, sum(own) as own_8w,
        sum(expected) as expected_8w, sum(variance) as variance_8w
    from shares
    cross join range(8) as steps (step)
    group by 1, 2, 3
)
select
    shares.person_id, shares.week,
    (own_8w - expected_8w) * own / own_8w as minutes
from shares
join over_weeks using (person_id, team_id, week)
where own_8w > 0 and own > 0
    and percentile(own_8w, $pace * (own_8w * own_8w + variance_8w), -$z90) > expected_8w;

create temp table hidden_minutes as
with cells as (
    select
        actor_id as person_id, week, kind, credited_minutes as minutes, 0.0 as excess_minutes,
        variance, 1 as informal_act_count
    from measured
    where exclusion is null and actor_id is not null and authority_class = 'informal'
    union all
    select person_id, week, 'review', minutes, minutes, 0.0, 0 from excess
)
select
    person_id, week, kind, any_value(present.team_id) as team_id, sum(minutes) as minutes,
    sum(excess_minutes) as excess_minutes, sum(variance) as variance,
    sum(informal_act_count)::bigint as informal_act_count
from cells
left join present_weeks as present using (person_id, week)
group by person_id, week, kind;

create temp table person_weeks as
with by_class as (
    select
        actor_id as person_id, week, count(*) as act_count,
        sum(credited_minutes) filter (where authority_class = 'deliberate') as deliberate,
        sum(credited_minutes) filter (where authority_class = 'ordinary') as ordinary,
        sum(credited_minutes) filter (where authority_class = 'formal') as formal,
        sum(credited_minutes) filter (where authority_class = 'unknown') as unknown,
        sum(after_hours_minutes) filter (where authority_class = 'informal') as after_hours
    from measured
    where exclusion is null and actor_id is not null
    group by 1, 2
),
weekly as (
    select
        person_id, week, sum(minutes) as total, sum(excess_minutes) as excess_minutes,
        person_square(sum(minutes), sum(minutes * minutes), sum(variance)) as square
    from hidden_minutes
    group by 1, 2
),
observed as (
    select person_id, (week + (step * 7)::int) as week, count(*) as weeks
    from present_weeks
    cross join range(8) as steps (step)
    where is_observed
    group by 1, 2
),
kinds_8w as (
    select
        hidden.person_id, hidden.kind, (hidden.week + (step * 7)::int) as week,
        sum(hidden.minutes) as minutes, sum(hidden.variance) as variance
    from hidden_minutes as hidden
    semi join (select * from present_weeks where is_observed) as seen
        on seen.person_id = hidden.person_id and seen.week = hidden.week
    cross join range(8) as steps (step)
    group by 1, 2, 3
),
eight as (
    select
        observed.person_id, observed.week, any_value(observed.weeks) as weeks,
        coalesce(sum(minutes), 0.0) as total,
        person_square(total, coalesce(sum(minutes * minutes), 0.0), coalesce(sum(variance), 0.0))
            as square
    from observed
    left join kinds_8w using (person_id, week)
    group by 1, 2
),
funded as (
    select
        present.person_id, present.week,
        sum(coalesce(duty.time_budget_hours_week, 168.0)) as funded_hours
    from present_weeks as present
    join mandates as duty
        on duty.holder_id = present.person_id
        and duty.valid_from < present.week + 7
        and duty.valid_to > present.week
    where duty.superseded_at = $never and duty.holder_type = 'person'
        and duty.mandate_kind = 'delegated_duty' and duty.compensated in ('time', 'pay')
    group by 1, 2
),
measures as (
    select
        present.*,
        weekly.total / 60.0 as hidden, percentile(weekly.total, weekly.square, -$z90) / 60.0 as low,
        percentile(weekly.total, weekly.square, $z90) / 60.0 as high,
        eight.total / (eight.weeks * 60.0) as eight,
        percentile(eight.total, eight.square, -$z90) / (eight.weeks * 60.0) as eight_low,
        percentile(eight.total, eight.square, $z90) / (eight.weeks * 60.0) as eight_high,
        weekly.excess_minutes / 60.0 as excess, by_class.deliberate / 60.0 as deliberate,
        funded.funded_hours, by_class.ordinary / 60.0 as ordinary, by_class.formal / 60.0 as formal,
        by_class.unknown / 60.0 as unknown, by_class.after_hours / 60.0 as after_hours,
        by_class.act_count as acts, grades.grade
    from present_weeks as present
    left join by_class using (person_id, week)
    left join weekly using (person_id, week)
    left join eight using (person_id, week)
    left join funded using (person_id, week)
    left join register_weeks as grades
        on grades.team_id = coalesce(present.team_id, '') and grades.week = present.week
)
select
    person_id, week, team_id,
    case when is_observed then coalesce(hidden, 0.0) end as hidden_hours,
    case when is_observed then coalesce(low, 0.0) end as hidden_hours_low,
    case when is_observed then coalesce(high, 0.0) end as hidden_hours_high,
    case when is_observed then eight end as hidden_hours_8w,
    case when is_observed then eight_low end as hidden_hours_8w_low,
    case when is_observed then eight_high end as hidden_hours_8w_high,
    case when is_observed and team_id is not null then coalesce(excess, 0.0) end as excess_hours,
    case when is_observed then coalesce(deliberate, 0.0) end as deliberate_hours,
    case
        when is_observed
        then greatest(coalesce(deliberate, 0.0) - coalesce(funded_hours, 0.0), 0.0)
    end as unfunded_hours,
    case when is_observed then coalesce(ordinary, 0.0) end as ordinary_hours,
    case when is_observed then coalesce(formal, 0.0) end as formal_hours,
    case when is_observed then coalesce(unknown, 0.0) end as unknown_hours,
    case when is_observed then coalesce(after_hours, 0.0) end as after_hours_hours,
    null::double as meeting_hours,
    case when is_observed then coalesce(acts, 0) end as act_count,
    contract_hours, present_days, is_observed, grade as evidence_grade
from measures;
