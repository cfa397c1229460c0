-- Monday of the week of a day or moment: the form of every column called week.
create or replace macro mart.week_of(d) as date_trunc('week', d::date)::date;
