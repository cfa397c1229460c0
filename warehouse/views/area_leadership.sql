-- Who leads each area beside its published owner, in the last week?
-- Grain: one area.
create or replace view mart.area_leadership as
select
    areas.scope_type,
    areas.scope_id,
    areas.week,
    areas.match,
    areas.leader_id,
    round(100 * areas.leader_share) as leader_pct, -- percent: acts of the year in the area by its leader
    round(100 * areas.informal_share) as informal_pct, -- percent: acts of the year by people without a mandate there
    areas.act_count
from mart.areas as areas
where areas.week = (select max(last.week) from mart.areas as last)
order by areas.scope_type, areas.scope_id;
