-- Which areas have no published owner, or somebody else who leads them?
-- Grain: one area, as of the last week.
create or replace view mart.register_gaps as
with last as (
    select max(areas.week) as week
    from mart.areas as areas
),
standing as (
    select mandates.mandate_id, mandates.scope_type, mandates.scope_id, mandates.confirmed_on
    from mart.mandates as mandates
    join mart.about    as about
        on mandates.valid_from < about.data_until
        and coalesce(mandates.valid_to >= about.data_until, true)
)
select
    areas.scope_type,
    areas.scope_id,
    areas.match,
    areas.act_count,
    count(mandates.mandate_id) as mandate_count, -- count: mandates on record for the area that still hold
    max(mandates.confirmed_on) as confirmed_on
from mart.areas as areas
join last using (week)
left join standing as mandates using (scope_type, scope_id)
where areas.match in ('differs', 'no_owner')
group by areas.scope_type, areas.scope_id, areas.match, areas.act_count
order by areas.act_count desc, areas.scope_id;
