-- How fresh is this file, and what is missing in it?
-- Grain: one source; one row without a source when none was read.
create or replace view mart.readme as
select
    about.data_until,
    about.published_at,
    about.method_version,
    coverage.source,
    max(coverage.last_sync_at) as last_sync_at,
    count(*) filter (where not coverage.is_complete) as incomplete_weeks, -- weeks: weeks of which something is known to be missing
    arg_max(coverage.problem, coverage.week) filter (where coverage.problem is not null) as problem
from mart.about as about
left join mart.coverage as coverage on true
group by about.data_until, about.published_at, about.method_version, coverage.source
order by coverage.source;
