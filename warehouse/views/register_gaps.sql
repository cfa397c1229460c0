-- Which areas have no published owner, or somebody else who leads them?
-- Grain: one area, as of the last week.
create or replace view mart.register_gaps as
select
    areas.scope_type,
    areas.scope_id,
    areas.match,
    areas.act_count,
    count(mandates.mandate_id) as mandate_count, -- count: mandates on record for the area that still hold
    max(mandates.confirmed_on) as confirmed_on
from mart.areas as areas
cross join mart.about as about
left join mart.mandates as mandates
    on mandates.scope_type = areas.scope_type
    and mandates.scope_id = areas.scope_id
    and mandates.valid_from < about.data_until
    and coalesce(mandates.valid_to >= about.data_until, true)
where areas.week = (select max(last.week) from mart.areas as last)
    and areas.match in ('differs', 'no_owner')
group by areas.scope_type, areas.scope_id, areas.match, areas.act_count
order by areas.act_count desc, areas.scope_id;
