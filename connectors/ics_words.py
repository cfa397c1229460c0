"""What the wording of a calendar entry says of its kind; the words themselves are not kept.

English and German. Two questions are asked: whether an entry is a meeting at all, and whether it is
none of the company's business: works council, union, medical.
"""

import re

MOST_CHARACTERS = 500  # of a title: enough for any, and bounds what hostile ones cost
FEWEST_OF_A_MEETING = 3  # a medical appointment has fewer; a clinic's software team has meetings


def _any_of(*phrases: str) -> re.Pattern[str]:
    """One of the phrases as whole words, in any case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)", re.IGNORECASE)


COUNCIL = _any_of(
    r"works?[- ]?councils?", r"employee representatives?", r"betriebsr[aä]te?s?\w*",
    r"gesamtbetriebsr[aä]t\w*", r"konzernbetriebsr[aä]t\w*", r"personalr[aä]t\w*", r"BR[- ]sitzung",
    r"BR[- ]termin", r"betriebsversammlung", r"jugend- und auszubildendenvertretung", r"JAV",
    r"schwerbehindertenvertret\w+", r"SBV", r"vertrauensperson\w*", r"sprecherausschuss\w*",
    r"einigungsstelle", r"mitbestimmung\w*",
)  # fmt: skip
UNION = _any_of(
    r"(?:trade|labou?r|staff|workers'?)[- ]unions?", r"union (?:meeting|rep|reps|representative|"
    r"steward|delegate|ballot|vote|call)", r"shop stewards?", r"collective bargaining",
    r"gewerkschaft\w*", r"ver\.di", r"ig[- ]metall", r"ig[- ]bce", r"streik\w*", r"warnstreik\w*",
    r"tarif(?:verhandlung|kommission|runde)\w*",
)  # fmt: skip
MEDICAL = _any_of(
    r"doctors?(?:'s)?", r"dr\.? (?:appointment|visit)", r"dentist\w*", r"orthodont\w*",
    r"(?:physio|psycho|chemo|radio|ergo)?therap(?:y|ist|ie|eut|eutin)\w*", r"physio", r"hospital",
    r"surgery", r"medical", r"clinic", r"check-?up", r"vaccination\w*", r"blood test", r"mri",
    r"ultrasound", r"antenatal", r"midwife", r"psychiatr\w*", r"psycholog\w*", r"gyn[aä]e?kolog\w*",
    r"sick(?: leave| day| note)?", r"occupational health", r"rehab", r"reha",
    r"(?:zahn|haus|frauen|augen|haut|kinder|betriebs|fach|tier)?[aä]rzt(?:in|e|lich\w*)?(?:termin)?",
    r"(?:zahn|haus|frauen|augen|haut|kinder|betriebs|fach)?arzttermin", r"orthop[aä]d\w*",
    r"krankenhaus", r"klinik\w*", r"krank\w*", r"impf\w*", r"vorsorge\w*", r"hebamme\w*",
    r"MRT", r"BEM[- ]gespräch", r"wiedereingliederung\w*",
)  # fmt: skip

AWAY = _any_of(
    r"out of (?:the )?office", r"ooo", r"oof", r"on leave", r"(?:annual|parental) leave",
    r"vacations?", r"holidays?", r"day off", r"time off", r"pto", r"away", r"absent",
    r"abwesen\w*", r"urlaub\w*", r"\w*elternzeit", r"frei(?:er tag|nehmen)?", r"feiertag\w*",
    r"nicht (?:da|im büro)",
)  # fmt: skip
FOCUS = _any_of(
    r"focus(?:ed)?[- ]?(?:time|block|work|day|hours?)", r"deep work", r"no[- ]meetings?\w*",
    r"meeting[- ]free", r"quiet time", r"maker time", r"fokus\w*", r"konzentrations\w*",
    r"stillarbeit\w*",
)  # fmt: skip
HOLD = _any_of(
    r"holds?", r"hold:.*", r"block(?:er|ed|iert)?", r"geblockt", r"place ?holder", r"platzhalter",
    r"save the date", r"tbc", r"tbd", r"reserved", r"reserviert", r"travel(?:ling)?(?: time)?",
    r"reisezeit", r"anreise", r"abreise", r"commute",
)  # fmt: skip
SOCIAL = _any_of(
    r"lunch(?! ?(?:and|&|'?n'?|\+) ?learn)\w*", r"mittag(?:essen|spause)?", r"coffee\w*",
    r"kaffee\w*", r"breakfast", r"frühstück\w*", r"dinner", r"abendessen", r"birthdays?",
    r"geburtstag\w*", r"after[- ]work", r"(?:farewell|leaving|summer|christmas|office) party",
    r"drinks", r"\w*feier", r"happy hour", r"feierabend\w*", r"stammtisch\w*",
    r"game night", r"team ?(?:event|outing|ausflug)", r"betriebsausflug",
)  # fmt: skip
CALLED_OFF = re.compile(r"\s*(?:cancell?ed|abgesagt|storniert|entfällt)\s*[:\-–]", re.IGNORECASE)


def is_withheld(texts: str, asked_count: int) -> bool:
    """Whether an entry is left out before anything of it is kept.

    Medical wording counts where fewer than three people are asked: an appointment, not a project.

    Source: METHOD 11.2, GDPR 9 (works council, medical and union calendars are dropped).
    """
    text = texts[: 4 * MOST_CHARACTERS]
    if COUNCIL.search(text) or UNION.search(text):
        return True
    return asked_count < FEWEST_OF_A_MEETING and bool(MEDICAL.search(text))


def kind_by_wording(title: str, asked_count: int) -> str:
    """The kind of entry that a title names: away, focus, hold, social, or meeting.

    With three or more people asked only a title that is nothing else counts, or one that begins as
    social ones do: "Focus time policy review" is their meeting, "Lunch with the new team" is not.
    """
    text = title[:MOST_CHARACTERS].strip()
    for kind, words in (("away", AWAY), ("focus", FOCUS), ("hold", HOLD), ("social", SOCIAL)):
        found = words.search(text)
        if found is None:
            continue
        is_all, is_first = found.group() == text, found.start() == 0
        if is_all or (is_first and kind == "social"):
            return kind
        if asked_count < FEWEST_OF_A_MEETING and (is_first or kind != "hold"):
            return kind
    return "meeting"


def is_called_off(title: str) -> bool:
    """Whether a title begins as mail programs mark what was called off."""
    return bool(CALLED_OFF.match(title[:MOST_CHARACTERS]))
