-- Who is above whom, who holds what, and in which scopes an act lies: all dated. What is open has
-- a bound far away, so that every interval is two plain comparisons.

create temp table acts as
select
    row_number() over () as act_no,
    * replace (make_timestamp(epoch_us(happened_at)) as happened_at)
from read_parquet('$data/acts.parquet');

create temp table act_targets as
select act_no, act_id, target_id from acts where target_id is not null
union all
select acts.act_no, act_id, several.target_id
from read_parquet('$data/group_targets.parquet') as several
join acts using (act_id);

create temp table traces as
select
    actor_id as person_id,
    split_part(scope, ':', 1) as scope_type,
    substr(scope, instr(scope, ':') + 1) as scope_id,
    utc_week as week,
    min(happened_at) as first_at,
    max(happened_at) as last_at,
    count(*) as led_count
from (
    select actor_id, happened_at, utc_week, unnest(string_split(scope_chain, chr(10))) as scope
    from acts
    where exclusion is null and actor_id is not null
)
where scope <> ''
group by 1, 2, 3, 4, happened_at::date;

create temp table records as
select
    * exclude (holder_id) replace (
        case when scope_type = 'company' then '' else scope_id end as scope_id
    ),
    holder_id as person_id
from mandates
where holder_type = 'person'
union all
select
    * exclude (holder_id, in_from, in_to, member_id) replace (
        case when scope_type = 'company' then '' else scope_id end as scope_id,
        greatest(valid_from, in_from) as valid_from, least(valid_to, in_to) as valid_to
    ),
    member_id
from (
    select mandates.*, people.valid_from as in_from, people.valid_to as in_to,
        people.person_id as member_id
    from mandates
    join people on people.team_id = mandates.holder_id
    where holder_type = 'team'
    union all
    select mandates.*, rotas.valid_from, rotas.valid_to, rotas.person_id
    from mandates
    join rotas using (mandate_id)
    where holder_type = 'rota'
)
where greatest(valid_from, in_from) < least(valid_to, in_to);

create temp table deputies as
select
    person_id as deputy_id, scope_id as principal_id, act_kinds, valid_from, valid_to, recorded_at,
    superseded_at
from records
where mandate_kind = 'deputy' and scope_type = 'person';

create temp table lines as
with recursive above as (
    select person_id, manager_id, 1 as depth, valid_from, valid_to, recorded_at, superseded_at
    from reporting_lines
    where line_type = 'solid'
    union all
    select
        above.person_id, solid.manager_id, above.depth + 1,
        greatest(above.valid_from, solid.valid_from),
        least(above.valid_to, solid.valid_to),
        greatest(above.recorded_at, solid.recorded_at),
        least(above.superseded_at, solid.superseded_at)
    from above
    join reporting_lines as solid on solid.person_id = above.manager_id
    where solid.line_type = 'solid'
        and above.depth < 15
        and solid.manager_id <> above.person_id
        and greatest(above.valid_from, solid.valid_from) < least(above.valid_to, solid.valid_to)
        and greatest(above.recorded_at, solid.recorded_at)
        < least(above.superseded_at, solid.superseded_at)
),
direct as (
    select * exclude (depth), 'solid' as line_type from above
    union all
    select person_id, manager_id, valid_from, valid_to, recorded_at, superseded_at, line_type
    from reporting_lines
    where line_type = 'dotted'
)
select *, false as is_deputy, '' as via_kinds from direct
union all
select *
from (
    select
        direct.person_id, deputies.deputy_id,
        greatest(direct.valid_from, deputies.valid_from, away.valid_from) as valid_from,
        least(direct.valid_to, deputies.valid_to, away.valid_to) as valid_to,
        greatest(direct.recorded_at, deputies.recorded_at),
        least(direct.superseded_at, deputies.superseded_at),
        direct.line_type, true, deputies.act_kinds
    from direct
    join deputies on deputies.principal_id = direct.manager_id
    join absences as away on away.person_id = direct.manager_id
)
where valid_from < valid_to;

create temp table holdings as
with held as (
    select
        person_id, act_kinds, scope_type, scope_id, valid_from, valid_to,
        coalesce(confirmed_on::timestamp, recorded_at) as confirmed_at, is_self_confirming,
        recorded_at, superseded_at
    from records
    where mandate_kind <> 'deputy'
)
select *, '' as via_kinds, false as is_deputy from held
union all
select
    deputies.deputy_id, held.act_kinds, held.scope_type, held.scope_id,
    greatest(held.valid_from, deputies.valid_from), least(held.valid_to, deputies.valid_to),
    held.confirmed_at, held.is_self_confirming,
    greatest(held.recorded_at, deputies.recorded_at),
    least(held.superseded_at, deputies.superseded_at), deputies.act_kinds, true
from held
join deputies on deputies.principal_id = held.person_id
where greatest(held.valid_from, deputies.valid_from) < least(held.valid_to, deputies.valid_to);

create temp table chain_codes as
select scope_chain, row_number() over () as chain_no
from (select distinct scope_chain from acts);

create temp table parents as
select object_kind as child_type, object_id as child_id, scope_type, scope_id, valid_from, valid_to
from scopes
union all
select 'team', team_id, 'team', parent_team_id, $ever, $never
from teams
where parent_team_id is not null;

create temp table chains as
with recursive listed as (
    select chain_no, scope_chain, unnest(string_split(scope_chain, chr(10))) as scope
    from chain_codes
    where scope_chain <> ''
),
levels as (
    select
        chain_no,
        split_part(scope, ':', 1) as scope_type,
        substr(scope, instr(scope, ':') + 1) as scope_id,
        (split_part(scope, ':', 1) <> split_part(scope_chain, ':', 1))::int as rank,
        $ever as valid_from, $never as valid_to, 0 as level
    from listed
    union all
    select
        levels.chain_no, parents.scope_type, parents.scope_id, levels.rank + 1,
        greatest(levels.valid_from, parents.valid_from),
        least(levels.valid_to, parents.valid_to), levels.level + 1
    from levels
    join parents on parents.child_type = levels.scope_type and parents.child_id = levels.scope_id
    where levels.level < 4
        and greatest(levels.valid_from, parents.valid_from)
        < least(levels.valid_to, parents.valid_to)
)
select
    chain_no, scope_type, scope_id, min(rank) as rank,
    case when min(rank) = 0 then 1.0 else 0.8 end::double as scope_confidence,
    valid_from, valid_to
from (
    select * exclude (level) from levels
    union all
    select chain_no, 'company', '', 6, $ever, $never from chain_codes
)
group by chain_no, scope_type, scope_id, valid_from, valid_to;

create temp table wider_traces as
with recursive levels as (
    select distinct
        scope_type as own_type, scope_id as own_id, scope_type, scope_id, $ever as valid_from,
        $never as valid_to, 0 as level
    from traces
    union all
    select
        levels.own_type, levels.own_id, parents.scope_type, parents.scope_id,
        greatest(levels.valid_from, parents.valid_from),
        least(levels.valid_to, parents.valid_to), levels.level + 1
    from levels
    join parents on parents.child_type = levels.scope_type and parents.child_id = levels.scope_id
    where levels.level < 4
        and greatest(levels.valid_from, parents.valid_from)
        < least(levels.valid_to, parents.valid_to)
),
above as (
    select * from levels where level > 0
    union all
    select distinct own_type, own_id, 'company', '', $ever, $never, 6
    from levels
),
held as (select distinct scope_type, scope_id from holdings),
seen as (
    select person_id, scope_type, scope_id, first_at, last_at from traces
    union all
    select traces.person_id, above.scope_type, above.scope_id, traces.first_at, traces.last_at
    from traces
    join above
        on above.own_type = traces.scope_type and above.own_id = traces.scope_id
        and above.valid_from <= traces.first_at and above.valid_to > traces.first_at
    semi join held on held.scope_type = above.scope_type and held.scope_id = above.scope_id
)
select
    person_id, scope_type, scope_id, min(first_at) as first_at, max(last_at) as last_at
from seen
semi join holdings
    on holdings.person_id = seen.person_id and holdings.scope_type = seen.scope_type
    and holdings.scope_id = seen.scope_id
group by person_id, scope_type, scope_id, first_at::date;

create temp table common_teams as
select act_no, min(people.team_id) as team_id
from act_targets
join acts using (act_no)
left join people
    on people.person_id = act_targets.target_id
    and acts.happened_at >= people.valid_from and acts.happened_at < people.valid_to
where acts.target_count > 1
group by act_no
having count(people.team_id) >= any_value(acts.target_count)
    and count(distinct people.team_id) = 1;

create temp table placed as
select
    acts.act_no, acts.happened_at, acts.kind, acts.actor_id, acts.target_id,
    acts.target_count, chain_codes.chain_no, acts.exclusion, actor.team_id,
    coalesce(target.team_id, common.team_id) as target_team_id, actor.time_zone, actor.working_hours, actor.location
from acts
join chain_codes using (scope_chain)
left join people as actor
    on actor.person_id = acts.actor_id
    and acts.happened_at >= actor.valid_from
    and acts.happened_at < actor.valid_to
left join people as target
    on target.person_id = acts.target_id
    and acts.happened_at >= target.valid_from
    and acts.happened_at < target.valid_to
left join common_teams as common on common.act_no = acts.act_no;

create temp table judged_now as
select * from placed where exclusion is null and actor_id is not null;

create temp table judged_known as
with late as (
    select scope_type, scope_id, valid_from, recorded_at, superseded_at from holdings
    union all
    select
        scope_type, case when scope_type = 'company' then '' else scope_id end,
        valid_from, recorded_at, superseded_at
    from delegations
    union all
    select
        scope_type, case when scope_type = 'company' then '' else scope_id end,
        valid_from, recorded_at, superseded_at
    from agreements
),
by_chain as materialized (
    select
        chains.chain_no, min(late.valid_from) as late_from,
        max(greatest(late.recorded_at, nullif(late.superseded_at, $never))) as late_to
    from late
    join chains using (scope_type, scope_id)
    where late.superseded_at < $never or late.recorded_at > late.valid_from + interval 14 days
    group by 1
),
late_lines as (
    select * from lines
    where superseded_at < $never or recorded_at > valid_from + interval 14 days
),
by_person as materialized (
    select
        person_id, min(valid_from) as late_from,
        max(greatest(recorded_at, nullif(superseded_at, $never))) as late_to
    from late_lines
    group by 1
),
by_manager as materialized (
    select
        manager_id, min(valid_from) as late_from,
        max(greatest(recorded_at, nullif(superseded_at, $never))) as late_to
    from late_lines
    group by 1
),
concerned as (
    select judged.act_no
    from judged_now as judged
    join by_chain
        on by_chain.chain_no = judged.chain_no
        and judged.happened_at >= late_from and judged.happened_at < late_to
    union
    select judged.act_no
    from judged_now as judged
    join act_targets using (act_no)
    join by_person
        on by_person.person_id = act_targets.target_id
        and judged.happened_at >= late_from and judged.happened_at < late_to
    union
    select judged.act_no
    from judged_now as judged
    join by_manager
        on by_manager.manager_id = judged.actor_id
        and judged.happened_at >= late_from and judged.happened_at < late_to
    where judged.target_count = 0
)
select * from judged_now semi join concerned using (act_no);
