-- Under which authority was leading work done, week by week?
-- Grain: one week and authority.
create or replace view mart.authority_weeks as
select
    acts.week,
    acts.authority_class,
    acts.authority,
    count(*) as act_count, -- count: acts
    round(sum(acts.minutes) / 60, 1) as hours -- hours: expected hours of the acts, overlaps not taken off
from mart.acts as acts
where acts.authority_class <> 'excluded'
group by acts.week, acts.authority_class, acts.authority
order by acts.week desc, acts.authority_class, acts.authority;
