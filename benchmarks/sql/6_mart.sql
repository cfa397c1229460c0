-- What readers get, without what objectors did or are told of since they objected.

create schema out.mart;

create temp table since as
select person_id, min(valid_from) as objected_at from objections group by person_id;

create table out.mart.acts as
select
    acts.act_id, acts.happened_at, costed.week, acts.kind, acts.actor_id,
    case when blank.person_id is null then acts.target_id end as target_id,
    acts.target_count, acts.object_kind, acts.object_id, acts.scope_type, acts.scope_id,
    placed.team_id, headline.authority, headline.authority_class, headline.authority_as_known,
    headline.authority_as_now, headline.is_recorded_late, headline.rule, headline.confidence,
    costed.minutes, costed.minutes_low, costed.minutes_high, costed.is_after_hours, acts.source,
    null::varchar as evidence_url
from acts
join placed using (act_no)
join headline using (act_no)
join costed using (act_no)
left join since as gone
    on gone.person_id = acts.actor_id and acts.happened_at > gone.objected_at
left join since as blank
    on blank.person_id = acts.target_id and acts.happened_at > blank.objected_at
where gone.person_id is null
order by costed.week, acts.act_id;

drop table headline;

drop table costed;

create table out.mart.act_targets as
select act_targets.act_id, act_targets.target_id
from act_targets
join acts using (act_no)
left join since as gone
    on gone.person_id = acts.actor_id and acts.happened_at > gone.objected_at
left join since as blank
    on blank.person_id = act_targets.target_id and acts.happened_at > blank.objected_at
where gone.person_id is null and blank.person_id is null
order by 1, 2;

create table out.mart.person_weeks as
select
    weeks.person_id, weeks.team_id, weeks.week,
    $blanked,
    weeks.is_observed and since.person_id is null as is_observed,
    case when since.person_id is null then evidence_grade end as evidence_grade
from person_weeks as weeks
left join since
    on since.person_id = weeks.person_id and weeks.week + interval 7 days > since.objected_at
order by weeks.week, weeks.person_id;

create table out.mart.team_weeks as
from team_weeks
order by week, team_id;

create table out.mart.areas as
select
    areas.* replace (
        case when leader.person_id is null then leader_id end as leader_id,
        case when leader.person_id is null then leader_share end as leader_share,
        case when candidate.person_id is null then candidate_id end as candidate_id
    )
from areas
left join since as leader
    on leader.person_id = leader_id and areas.week + interval 7 days > leader.objected_at
left join since as candidate
    on candidate.person_id = candidate_id and areas.week + interval 7 days > candidate.objected_at
order by areas.week, areas.scope_type, areas.scope_id;

create table out.mart.lead_ties as
select lead_ties.*
from lead_ties
left join since as actor
    on actor.person_id = actor_id and lead_ties.week + interval 7 days > actor.objected_at
left join since as target
    on target.person_id = target_id and lead_ties.week + interval 7 days > target.objected_at
where actor.person_id is null and target.person_id is null
order by lead_ties.week, actor_id, target_id;
