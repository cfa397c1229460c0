"""The rules that say under which authority an act was done, in words (METHOD 2.2).

`acts.rule` holds number and reason, such as `7 absent`. What decides is in `models.authority`.
"""

RULES: dict[str, str] = {
    "0": "Not counted: no act of one person for another",
    "2": "Formal: the reporting line",
    "3": "Formal: a mandate",
    "4": "Deliberate: delegated",
    "5": "Deliberate: shared by agreement of the team",
    "5a": "Ordinary: asking the owner",
    "6": "Ordinary: a duty of every member of the role",
    "7": "Informal: somebody else holds the mandate",
    "8": "Informal: nobody holds the mandate",
    "9": "Unknown: counted nowhere as informal",
}

REASONS: dict[str, str] = {
    "0 bot": "the account is a bot, an app or a service",
    "0 shared_account": "the account is shared by several people",
    "0 self": "actor and target are the same person",
    "0 batch": "part of a bulk change, of which the first act counts",
    "0 undone": "the same actor took it back within 10 minutes",
    "0 intake": "set when the ticket was opened, or by the default of its component or project",
    "0 system": "done by a rule, a migration or an import",
    "0 all_hands": "a meeting of more than 30 people or of more than half the department",
    "2 solid_line": "the people led were below the actor in the solid line at that moment",
    "2 dotted_line": "the person led reported to the actor by a dotted line",
    "2 deputy": "the actor was the recorded deputy of an absent manager of the people led",
    "2 own_team": "the scope is a team that the actor manages, and nobody in particular was led",
    "3 mandate": "the actor held a mandate for this kind of act in this scope",
    "4 delegation": "a holder had delegated this kind of act to the actor on record",
    "4 asked": "a holder had asked the actor on this object in the 14 days before",
    "5 agreement": "the team had agreed that anyone in it may do this",
    "5a asks_owner": "the person asked holds the mandate, and the actor does not",
    "6 handoff": "the workflow of the project has it change hands at that status",
    "6 baseline": "a review or an answer on an object of the actor's own team",
    "7 absent": "every holder was absent at that moment",
    "7 slow_holder": "the oldest open request to the holders had waited more than 8 working hours "
    "and more than twice their usual",
    "7 acting_holder": "a holder acted there in the 5 working days before, and none was absent",
    "7 unseen_holder": "the traces do not say whether the holders were available",
    "8 no_owner": "it is on record that nobody owns the scope",
    "8 ended": "the mandate had ended and nobody followed",
    "9 contested": "somebody contests it; it is unknown until that is settled",
    "9 nobody": "the account belongs to nobody who is known",
    "9 no_register": "no record says who holds the scope",
    "9 confidence": "identities, scope or register were too unsure: confidence below 0.6",
}


def rule_text(rule: str) -> str:
    """A rule of `acts.rule` in words; a reason without words of its own stands as it is."""
    number, _, reason = rule.partition(" ")
    words = REASONS.get(rule, reason.replace("_", " "))
    return "; ".join(part for part in (RULES.get(number, number), words) if part)


RULE_TEXTS: dict[str, str] = {rule: rule_text(rule) for rule in [*RULES, *REASONS]}
