-- The headline judgement, minutes, one union of intervals per person, and what is after hours.

create temp table resolved as
with counted as (select * from placed where exclusion is null),
duties as (select distinct chain_no, kind from counted),
spans as (
    select chain_no, kind, valid_from, valid_to from holders_now
    union
    select
        duties.chain_no, duties.kind, greatest(chains.valid_from, no_owner.valid_from),
        least(chains.valid_to, no_owner.valid_to)
    from duties
    join chains using (chain_no)
    join no_owner using (scope_type, scope_id)
)
select judged.act_no
from counted as judged
semi join spans
    on spans.chain_no = judged.chain_no and spans.kind = judged.kind
    and spans.valid_from <= judged.happened_at and spans.valid_to > judged.happened_at;

create temp table headline as
with sides as (
    select
        acts.act_no, coalesce(now.is_stale, false) as is_stale,
        resolved.act_no is not null as is_scope_resolved,
        late.act_no is not null as is_late,
        acts.identity_confidence * coalesce(now.scope_confidence, 1.0) as confidence_now,
        acts.identity_confidence * coalesce(known.scope_confidence, 1.0) as confidence_known,
        verdict(acts.exclusion, acts.actor_id, now.authority, now.rule, confidence_now) as now_said,
        verdict(acts.exclusion, acts.actor_id, known.authority, known.rule, confidence_known)
            as known_said
    from acts
    left join decided_now as now on now.act_no = acts.act_no
    left join judged_known as late on late.act_no = acts.act_no
    left join decided_known as known on known.act_no = acts.act_no
    left join resolved on resolved.act_no = acts.act_no
),
both_times as (
    select
        sides.*,
        case when is_late then known_said.authority else now_said.authority end as then_authority,
        then_authority <> now_said.authority as takes_known
    from sides
)
select
    act_no, is_stale, is_scope_resolved,
    now_said.authority as authority_as_now, then_authority as authority_as_known,
    takes_known as is_recorded_late,
    case when is_recorded_late then then_authority else now_said.authority end as authority,
    case when is_recorded_late then known_said.rule else now_said.rule end as rule,
    case when is_recorded_late then confidence_known else confidence_now end as confidence,
    case authority
        when 'formal_line' then 'formal'
        when 'formal_mandate' then 'formal'
        when 'delegated' then 'deliberate'
        when 'shared' then 'deliberate'
        when 'ordinary' then 'ordinary'
        when 'unknown' then 'unknown'
        when 'excluded' then 'excluded'
        else 'informal'
    end as authority_class
from both_times;

create temp table timed as
with sized as (
    select
        acts.act_no, priors.spread, priors.cap,
        case priors.kind
            when 'review' then
                6.0 + least(coalesce(acts.lines_changed, 24), 400) / 6.7
                + 2.5 * least(acts.item_count, 20)
            when 'triage' then
                case when acts.item_count > 1 then 6.0 + 0.3 * acts.item_count
                    else priors.median end
            when 'follow_up' then priors.median + 3.0 * acts.item_count
            else priors.median
        end::double as median
    from acts
    join priors on priors.kind = case when acts.is_stamp then 'stamp' else acts.kind end
),
moments as (
    select
        act_no, capped_moment(median, spread, cap, 1.0) as first,
        capped_moment(median, spread, cap, 2.0) as second
    from sized
)
select
    acts.act_no, acts.act_id, acts.happened_at, acts.kind, acts.actor_id, acts.object_id,
    acts.is_moment_own, headline.authority_class, placed.location,
    coalesce(placed.working_hours, '$default_pattern') as working_hours,
    case when acts.exclusion is null then moments.first * $shared_mean end as minutes,
    sqrt(ln(moments.second) - 2.0 * ln(moments.first) + $shared_variance) as total_spread,
    minutes * exp(-$z90 * total_spread - total_spread * total_spread / 2.0) as minutes_low,
    minutes * exp($z90 * total_spread - total_spread * total_spread / 2.0) as minutes_high,
    acts.happened_at + to_minutes(offsets.offset_minutes) as local_at,
    date_trunc('week', coalesce(local_at, acts.happened_at))::date as week
from acts
join moments using (act_no)
join headline using (act_no)
join placed using (act_no)
left join offsets
    on offsets.zone = coalesce(placed.time_zone, '$company_zone')
    and offsets.slot = epoch_us(acts.happened_at) // 1800000000;

drop table judged_now;

drop table judged_known;

create temp table spans as
with clocked as (
    select
        act_no, act_id, actor_id, week,
        epoch_us(happened_at) / 60e6 as finish, finish - minutes as start,
        case authority_class
            when 'formal' then 0 when 'deliberate' then 1 when 'ordinary' then 2
            when 'informal' then 3 else 4
        end as layer
    from timed
    where minutes is not null and actor_id is not null and is_moment_own
),
marked as (
    select
        *,
        max(finish) over (
            partition by actor_id, week order by start, finish, act_id
            rows between unbounded preceding and 1 preceding
        ) as covered
    from clocked
)
select
    *,
    sum((covered is null or covered <= start)::int) over (
        partition by actor_id, week order by start, finish, act_id
        rows between unbounded preceding and current row
    ) as session
from marked;

create temp table credited as
with whole as (
    select
        *,
        min(layer) over session_of <> max(layer) over session_of as is_mixed
    from spans
    window session_of as (partition by actor_id, week, session)
),
plain as (
    select act_no, greatest(finish - greatest(start, covered), 0.0) as credited_minutes
    from whole
    where not is_mixed
),
layered as (
    select
        *,
        max(finish) over (
            partition by actor_id, week, session, layer order by start, finish, act_id
            rows between unbounded preceding and 1 preceding
        ) as before
    from whole
    where is_mixed
),
mixed as (
    select
        *,
        greatest(finish - greatest(start, before), 0.0) as added,
        sum(greatest(finish - greatest(start, before), 0.0)) over (
            partition by actor_id, week, session, layer
        ) as own
    from layered
),
nested as (
    select
        mixed.actor_id, mixed.week, mixed.session, upper.layer, mixed.start, mixed.finish,
        max(mixed.finish) over (
            partition by mixed.actor_id, mixed.week, mixed.session, upper.layer
            order by mixed.start, mixed.finish, mixed.act_id
            rows between unbounded preceding and 1 preceding
        ) as before
    from mixed
    join range(5) as upper (layer) on mixed.layer <= upper.layer
),
unions as (
    select
        actor_id, week, session, layer,
        sum(greatest(finish - greatest(start, before), 0.0)) as up_to
    from nested
    group by actor_id, week, session, layer
),
shares as (
    select
        mixed.act_no,
        mixed.added * (upper.up_to - coalesce(lower.up_to, 0.0)) / mixed.own as credited_minutes
    from mixed
    join unions as upper using (actor_id, week, session, layer)
    left join unions as lower
        on lower.actor_id = mixed.actor_id and lower.week = mixed.week
        and lower.session = mixed.session and lower.layer = mixed.layer - 1
),
landed as (
    select
        act_no,
        case
            when act_id = min(act_id) over (partition by actor_id, object_id, kind) then minutes
            else 0.0
        end as credited_minutes
    from timed
    where minutes is not null and actor_id is not null and not is_moment_own
)
select * from plain
union all
select * from shares
union all
select * from landed;

drop table spans;

create temp table costed as
with marked as (
    select
        timed.*, coalesce(credited.credited_minutes, 0.0) as credited_minutes,
        (isodow(local_at) - 1) * 1440 + hour(local_at) * 60 + minute(local_at) as at_minute,
        round(coalesce(minutes, 0.0))::bigint as length,
        (at_minute - length + 10080) % 10080 as begun
    from timed
    left join credited using (act_no)
),
away as (
    select distinct timed.act_no
    from timed
    join absences
        on absences.person_id = timed.actor_id and absences.valid_from <= timed.happened_at
        and absences.valid_to > timed.happened_at
),
looked_up as (
    select
        marked.*,
        off.location is not null or away.act_no is not null as is_free,
        ends.is_working,
        ends.worked_before - starts.worked_before
        + case when marked.at_minute < marked.length then weekly.worked_before else 0 end as worked,
        least(greatest(1.0 - worked / marked.length, 0.0), 1.0) as share_off
    from marked
    left join minutes_of_week as ends
        on ends.working_hours = marked.working_hours and ends.minute = marked.at_minute
    left join minutes_of_week as starts
        on starts.working_hours = marked.working_hours and starts.minute = marked.begun
    left join minutes_of_week as weekly
        on weekly.working_hours = marked.working_hours and weekly.minute = 10080
    left join holiday_dates as off
        on off.location = marked.location and off."on" = marked.local_at::date
    left join away on away.act_no = marked.act_no
)
select
    looked_up.act_no, looked_up.week, minutes, minutes_low, minutes_high, credited_minutes,
    case when is_moment_own and actor_id is not null then is_free or not is_working end
        as is_after_hours,
    case
        when not is_moment_own or actor_id is null then 0.0
        when is_free then credited_minutes
        when length = 0 then 0.0
        else credited_minutes * share_off
    end as after_hours_minutes
from looked_up;

drop table timed;

drop table credited;

create temp table measured as
select
    acts.act_no, acts.act_id, acts.kind, acts.actor_id, acts.target_id, acts.target_count,
    acts.exclusion, acts.happened_at, placed.team_id, headline.authority,
    headline.authority_class, headline.is_stale, headline.is_scope_resolved,
    costed.week, costed.credited_minutes, costed.after_hours_minutes,
    greatest(pow(ln(minutes_high / minutes_low) / (2.0 * $z90), 2) - $shared_variance, 0.0)
        as own_spread,
    (exp(own_spread) - 1.0) * credited_minutes * credited_minutes as variance
from acts
join placed using (act_no)
join headline using (act_no)
join costed using (act_no);
