-- Rules 2 to 8 of METHOD 2.2, first match wins; run once by the records of today ($when is now,
-- known_from and known_to are far away), once by what was known 14 days after each act ($when is known).

create temp table holders_$when as
with duties as (select distinct chain_no, kind from placed where exclusion is null)
select
    duties.chain_no, duties.kind, held.person_id as holder_id, chains.scope_type,
    chains.scope_id, chains.rank, chains.scope_confidence, held.confirmed_at,
    held.is_self_confirming, $known_from as known_from, $known_to as known_to,
    greatest(chains.valid_from, held.valid_from) as valid_from,
    least(chains.valid_to, held.valid_to) as valid_to
from duties
join chains using (chain_no)
join holdings as held using (scope_type, scope_id)
where $stands
    and covers(held.act_kinds, duties.kind) and covers(held.via_kinds, duties.kind)
    and greatest(chains.valid_from, held.valid_from) < least(chains.valid_to, held.valid_to);

create temp table lines_$when as
select held.*, $known_from as known_from, $known_to as known_to from lines as held where $stands;

create temp table led_$when as
select act_no, actor_id, chain_no, kind, happened_at, target_count, target_id
from judged_$when
where target_id is not null
union all
select
    judged.act_no, judged.actor_id, judged.chain_no, judged.kind, judged.happened_at,
    judged.target_count, act_targets.target_id
from judged_$when as judged
join act_targets using (act_no)
where judged.target_count > 1;

create temp table decided_$when as
with below as (
    select
        led.act_no, count(distinct led.target_id) as below_count,
        any_value(led.target_count) as target_count,
        min(
            case
                when lines.is_deputy then '2 deputy'
                when lines.line_type = 'dotted' then '2 dotted_line'
                else '2 solid_line'
            end
        ) as rule
    from led_$when as led
    join lines_$when as lines
        on lines.person_id = led.target_id and lines.manager_id = led.actor_id
        and in_force(led.happened_at, lines.valid_from, lines.valid_to,
            lines.known_from, lines.known_to)
        and covers(lines.via_kinds, led.kind)
    group by led.act_no
),
managed as (
    select distinct
        chains.chain_no, lines.manager_id, lines.via_kinds, lines.known_from, lines.known_to,
        greatest(lines.valid_from, people.valid_from) as valid_from,
        least(lines.valid_to, people.valid_to) as valid_to
    from chains
    join people on people.team_id = chains.scope_id
    join lines_$when as lines using (person_id)
    where chains.scope_type = 'team' and chains.rank = 0 and lines.line_type = 'solid'
)
select
    act_no, rule, 'formal_line' as authority, 1.0::double as scope_confidence, false as is_stale
from below
where below_count >= target_count
union all
select distinct judged.act_no, '2 own_team', 'formal_line', 1.0, false
from judged_$when as judged
join managed
    on managed.chain_no = judged.chain_no and managed.manager_id = judged.actor_id
    and in_force(judged.happened_at, managed.valid_from, managed.valid_to,
        managed.known_from, managed.known_to)
    and covers(managed.via_kinds, judged.kind)
where judged.target_count = 0;

insert into decided_$when
select judged.act_no, '3 mandate', 'formal_mandate', max(held.scope_confidence), false
from judged_$when as judged
join holders_$when as held
    on held.holder_id = judged.actor_id and held.chain_no = judged.chain_no
    and held.kind = judged.kind
    and in_force(judged.happened_at, held.valid_from, held.valid_to, held.known_from, held.known_to)
where judged.act_no not in (select act_no from decided_$when)
group by judged.act_no;

create temp table rest_$when as
select * from judged_$when anti join decided_$when using (act_no);

insert into decided_$when
with handed as (
    select
        chains.chain_no, chains.scope_confidence, held.from_person_id, held.to_person_id,
        held.act_kinds, $known_from as known_from, $known_to as known_to,
        greatest(chains.valid_from, held.valid_from) as valid_from,
        least(chains.valid_to, held.valid_to) as valid_to
    from delegations as held
    join chains
        on chains.scope_type = held.scope_type
        and chains.scope_id = case when held.scope_type = 'company' then '' else held.scope_id end
    where $stands
)
select
    rest.act_no, '4 delegation', 'delegated',
    max(least(held.scope_confidence, handed.scope_confidence)), false
from rest_$when as rest
join handed
    on handed.to_person_id = rest.actor_id and handed.chain_no = rest.chain_no
    and in_force(rest.happened_at, handed.valid_from, handed.valid_to,
        handed.known_from, handed.known_to)
    and covers(handed.act_kinds, rest.kind)
join holders_$when as held
    on held.holder_id = handed.from_person_id and held.chain_no = rest.chain_no
    and held.kind = rest.kind
    and in_force(rest.happened_at, held.valid_from, held.valid_to, held.known_from, held.known_to)
group by rest.act_no;

insert into decided_$when
with agreed as (
    select
        chains.chain_no, chains.scope_confidence, held.team_id, held.act_kinds,
        $known_from as known_from, $known_to as known_to,
        greatest(chains.valid_from, held.valid_from) as valid_from,
        least(chains.valid_to, held.valid_to) as valid_to
    from agreements as held
    join chains
        on chains.scope_type = held.scope_type
        and chains.scope_id = case when held.scope_type = 'company' then '' else held.scope_id end
    where held.rule = 'anyone_in_team' and $stands
)
select rest.act_no, '5 agreement', 'shared', max(agreed.scope_confidence), false
from rest_$when as rest
join agreed
    on agreed.team_id = rest.team_id and agreed.chain_no = rest.chain_no
    and in_force(rest.happened_at, agreed.valid_from, agreed.valid_to,
        agreed.known_from, agreed.known_to)
    and covers(agreed.act_kinds, rest.kind)
where (rest.target_count = 0 or rest.target_team_id = rest.team_id)
    and rest.act_no not in (select act_no from decided_$when)
group by rest.act_no;

insert into decided_$when
select led.act_no, '5a asks_owner', 'ordinary', max(held.scope_confidence), false
from led_$when as led
join holders_$when as held
    on held.holder_id = led.target_id and held.chain_no = led.chain_no and held.kind = led.kind
    and in_force(led.happened_at, held.valid_from, held.valid_to, held.known_from, held.known_to)
where led.kind in (
        'assign', 'reassign', 'request_review', 'remind', 'follow_up', 'hand_off', 'escalate'
    )
    and led.act_no not in (select act_no from decided_$when)
group by led.act_no
having count(distinct led.target_id) >= any_value(led.target_count);

insert into decided_$when
with duty as (
    select act_no, team_id, target_team_id, chain_no, happened_at
    from rest_$when
    where kind in ('review', 'answer') and team_id is not null
),
nearest as (
    select
        duty.act_no, min(placed.rank) as rank,
        arg_min(placed.scope_id = duty.team_id, (placed.rank, placed.scope_id <> duty.team_id))
            as is_own
    from duty
    join chains as placed
        on placed.chain_no = duty.chain_no and placed.scope_type = 'team'
        and placed.valid_from <= duty.happened_at and placed.valid_to > duty.happened_at
    group by duty.act_no
)
select duty.act_no, '6 baseline', 'ordinary', 1.0, false
from duty
left join nearest using (act_no)
where coalesce(nearest.is_own, duty.target_team_id = duty.team_id)
    and duty.act_no not in (select act_no from decided_$when);

create or replace temp table rest_$when as
select * from rest_$when anti join decided_$when using (act_no);

create temp table unowned_$when as
with marked as materialized (
    select
        chains.chain_no, chains.rank, chains.scope_confidence,
        greatest(chains.valid_from, no_owner.valid_from) as valid_from,
        least(chains.valid_to, no_owner.valid_to) as valid_to
    from chains
    join no_owner using (scope_type, scope_id)
)
select
    rest.act_no, min(marked.rank) as unowned_rank, max(marked.scope_confidence) as scope_confidence
from rest_$when as rest
join marked
    on marked.chain_no = rest.chain_no
    and marked.valid_from <= rest.happened_at and marked.valid_to > rest.happened_at
group by rest.act_no;

insert into decided_$when
with current as (
    select
        rest.act_no, rest.happened_at, held.holder_id, held.scope_type, held.scope_id,
        held.scope_confidence, held.confirmed_at, held.is_self_confirming
    from rest_$when as rest
    join holders_$when as held
        on held.chain_no = rest.chain_no and held.kind = rest.kind
        and in_force(rest.happened_at, held.valid_from, held.valid_to,
            held.known_from, held.known_to)
    left join unowned_$when as unowned on unowned.act_no = rest.act_no
    where unowned.unowned_rank is null or held.rank <= unowned.unowned_rank
),
away as (
    select distinct current.act_no, current.holder_id
    from current
    join absences
        on absences.person_id = current.holder_id
        and absences.valid_from <= current.happened_at
        and absences.valid_to > current.happened_at
),
present as (
    select
        current.act_no, current.scope_confidence,
        away.act_no is not null as is_absent,
        coalesce(
            traces.last_at >= case
                when isodow(current.happened_at) <= 5
                then current.happened_at - interval 7 days
                else date_trunc('day', current.happened_at)
                    + to_days(1 - isodow(current.happened_at)::int)
            end,
            false
        ) as is_seen,
        not current.is_self_confirming
        and current.confirmed_at < date_trunc('day', current.happened_at) - interval 90 days
        and coalesce(traces.last_at < current.happened_at - interval 90 days, true) as is_stale
    from current
    asof left join wider_traces as traces
        on traces.person_id = current.holder_id
        and traces.scope_type = current.scope_type and traces.scope_id = current.scope_id
        and traces.first_at <= current.happened_at
    left join away on away.act_no = current.act_no and away.holder_id = current.holder_id
),
by_act as (
    select
        act_no, bool_and(is_absent) as all_absent, bool_or(is_absent) as any_absent,
        bool_or(is_seen) as any_seen, bool_and(is_stale) as is_stale,
        max(scope_confidence * case when is_stale then 0.6 else 1.0 end::double)
            as scope_confidence
    from present
    group by act_no
)
select
    act_no,
    case
        when all_absent then '7 absent'
        when any_seen and not any_absent then '7 acting_holder'
        else '7 unseen_holder'
    end,
    case
        when all_absent then 'cover'
        when any_seen and not any_absent then 'bypass'
        else 'unresolved'
    end,
    scope_confidence, is_stale
from by_act;

insert into decided_$when
with duties as (select distinct chain_no, kind from rest_$when),
first_ends as materialized (
    select
        duties.chain_no, duties.kind, chains.scope_confidence, chains.valid_from, chains.valid_to,
        $known_from as known_from, $known_to as known_to, min(held.valid_to) as ended_at
    from duties
    join chains using (chain_no)
    join holdings as held using (scope_type, scope_id)
    where $stands and held.valid_to < $never
        and covers(held.act_kinds, duties.kind) and covers(held.via_kinds, duties.kind)
    group by all
),
gaps as (
    select rest.act_no, '8 ended' as rule, ends.scope_confidence
    from rest_$when as rest
    join first_ends as ends
        on ends.chain_no = rest.chain_no and ends.kind = rest.kind
        and ends.ended_at <= rest.happened_at
        and in_force(rest.happened_at, ends.valid_from, ends.valid_to,
            ends.known_from, ends.known_to)
    union all
    select act_no, '8 no_owner', scope_confidence from unowned_$when
)
select act_no, max(rule), 'gap', max(scope_confidence), false
from gaps
where act_no not in (select act_no from decided_$when)
group by act_no;

drop table rest_$when;

drop table led_$when;

drop table unowned_$when;
