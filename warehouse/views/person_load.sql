-- How much leading work outside the recorded role does each person carry?
-- Grain: one person and week.
-- Store: restricted.
create or replace view mart.person_load as
select
    people.name,
    loads.person_id,
    loads.week,
    round(2 * loads.hidden_hours) / 2 as hidden_hours,
    round(2 * loads.hidden_hours_low) / 2 as hidden_hours_low,
    round(2 * loads.hidden_hours_high) / 2 as hidden_hours_high,
    round(2 * loads.unfunded_hours) / 2 as unfunded_hours,
    loads.act_count,
    loads.evidence_grade
from mart.person_weeks as loads
left join mart.people as people using (person_id)
where loads.is_observed
order by loads.week desc, people.name, loads.person_id;
