"""Whether somebody who holds a kind of act, or a line manager, did something on its object then."""

import polars as pl

from models.org.intervals import holds
from models.org.lines import managers
from models.settled import settled
from models.signs.company import Company
from models.working_time import waited_hours, work_stretches

INPUT_HOURS = 8.0  # METHOD 6.1 S4: working hours, of who gives the input
INPUT_DAYS = 7  # and at most so many days, as what is read has an end


def attended(informal: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """Hand-outs on whose object a holder or line manager did or wrote something around then.

    Around: within 8 of that person's working hours, before or after. What was said in a meeting
    leaves no trace on an object.
    """
    concerned = settled(_who_could(informal, company))
    near = pl.duration(days=INPUT_DAYS)
    moments = settled(
        concerned.join(_events(informal, company), on=["person_id", "object_id"])
        .filter((pl.col("event_at") - pl.col("happened_at")).abs() <= near)
        .select(
            "act_id",
            "person_id",
            asked_at=pl.min_horizontal("happened_at", "event_at"),
            until_at=pl.max_horizontal("happened_at", "event_at"),
        )
    ).collect()
    if moments.is_empty():
        return moments.lazy().select("act_id")
    people = company.people.collect().filter(
        pl.col("person_id").is_in(moments["person_id"].implode())
    )
    days = moments.select(
        first=pl.col("asked_at").min().dt.date() - pl.duration(days=1),
        last=pl.col("until_at").max().dt.date() + pl.duration(days=1),
    ).row(0)
    work = work_stretches(
        people,
        company.absences.collect(),
        company.holiday_dates.collect(),
        company.company_zone,
        *days,
    )
    return (
        waited_hours(moments.lazy(), work.lazy())
        .filter(pl.col("waited_hours") <= INPUT_HOURS)
        .select("act_id")
        .unique()
    )


def _who_could(informal: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """act_id, object_id, happened_at and person_id: holders, and managers of actor and target."""
    kinds = settled(informal.select("kind").unique().sort("kind")).collect()["kind"]
    columns = ["act_id", "object_id", "happened_at", "actor_id"]
    chained = informal.select(*columns, "scope_chain", "kind")
    held = [
        company.holders(chained.filter(pl.col("kind") == kind), "happened_at", kind)
        .rename({"holder_id": "person_id"})
        .select(*columns, "person_id")
        for kind in kinds
    ]
    above = managers(company.reporting_lines.filter(pl.col("superseded_at").is_null()))
    led = [
        informal.select(*columns, person_id=below)
        .join(above, on="person_id")
        .filter(holds("happened_at"))
        .select(*columns, person_id="manager_id")
        for below in ("actor_id", "target_id")
    ]
    return pl.concat([*held, *led]).filter(pl.col("person_id") != pl.col("actor_id")).unique()


def _events(informal: pl.LazyFrame, company: Company) -> pl.LazyFrame:
    """What anybody did or wrote on these objects: person_id, object_id, event_at."""
    whose = company.identities.filter(pl.col("person_id").is_not_null()).select(
        "source", "person_id", actor_key="account_key"
    )
    objects = settled(informal.select("object_id").unique())
    acts = company.acts.select("object_id", event_at="happened_at", person_id="actor_id")
    traces = [
        rows.select("source", "actor_key", event_at="happened_at", object_id=name)
        .join(objects, on="object_id", how="semi")
        .join(whose, on=["source", "actor_key"])
        .select("object_id", "event_at", "person_id")
        for rows, name in (
            (company.ticket_events, "ticket_key"),
            (company.code_review_events, "object_id"),
        )
    ]
    done = acts.join(objects, on="object_id", how="semi")
    return pl.concat([done.select("object_id", "event_at", "person_id"), *traces]).unique()
