-- The acts that a person's figures of a week rest on; week is any day in it.
create or replace macro mart.evidence_for(person, week) as table
select
    acts.act_id,
    acts.happened_at,
    acts.kind,
    acts.authority_class,
    acts.authority,
    acts.rule,
    rules.text,
    acts.minutes,
    acts.minutes_low,
    acts.minutes_high,
    acts.is_after_hours,
    acts.scope_type,
    acts.scope_id,
    acts.object_id,
    acts.evidence_url
from mart.acts as acts
left join mart.rules as rules using (rule)
where acts.actor_id = person
    and acts.week = mart.week_of(week)
    and acts.authority_class <> 'excluded'
order by acts.happened_at, acts.act_id;
