-- Why a person's week has its figures: the acts by deciding rule, beside the hidden hours; week is any day in it.
create or replace macro mart.why(person, week) as table
select
    acts.authority_class,
    acts.authority,
    acts.rule,
    any_value(rules.text) as text,
    count(*) as act_count,
    sum(acts.minutes) as minutes,
    any_value(loads.hidden_hours) as hidden_hours,
    any_value(loads.hidden_hours_low) as hidden_hours_low,
    any_value(loads.hidden_hours_high) as hidden_hours_high
from mart.acts as acts
left join mart.rules as rules using (rule)
left join mart.person_weeks as loads
    on loads.person_id = acts.actor_id
    and loads.week = acts.week
where acts.actor_id = person
    and acts.week = mart.week_of(week)
group by acts.authority_class, acts.authority, acts.rule
order by acts.authority_class, acts.authority, acts.rule;
