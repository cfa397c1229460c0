-- Which teams carry leading work outside the recorded roles, and how sure is it?
-- Grain: one team and week.
create or replace view mart.team_hidden_load as
select
    teams.name,
    loads.week,
    loads.people_count,
    round(loads.hidden_hours, 1) as hidden_hours,
    round(loads.hidden_hours_low, 1) as hidden_hours_low,
    round(loads.hidden_hours_high, 1) as hidden_hours_high,
    round(100 * loads.informal_share) as informal_pct, -- percent: informal acts among those with known authority
    round(100 * loads.top_share) as top_share_pct, -- percent: informal acts, over 8 weeks, of the one with most
    loads.act_count,
    loads.evidence_grade
from mart.team_weeks as loads
join mart.teams as teams using (team_id)
where loads.is_observed
order by loads.week desc, teams.name;
