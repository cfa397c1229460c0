"""What a comment says about itself: a short text to four labels; the text itself is not kept.

English and German. A label is about wording and never about who wrote it. Where a label is used is
in `acts`; who is mentioned in a comment is found by the connector, because each service writes
that its own way.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

FLAGS_VERSION = 1  # raise it when a text would get another label: sources are then read anew
MOST_CHARACTERS = 20_000  # of a text, counted from its beginning; what follows is a pasted log
MOST_WORDS_OF_A_PING = 30  # a longer comment says more than that somebody waits

# Each pair begins and ends what others wrote, a log or a template, and nothing of the writer's.
QUOTED = {
    "{quote": "{quote",
    "{code": "{code",
    "{noformat": "{noformat",
    "```": "```",
    "~~~": "~~~",
    "<!--": "-->",
}
MARKS = re.compile(r"\{(?:quote|code|noformat)(?:[:|][^{}\n]{0,99})?\}|```|~~~|<!--|-->")
QUOTED_LINE = re.compile(r"^[ \t]{0,20}(?:>|bq\.[ \t]).*$", re.MULTILINE)
ADDRESS = re.compile(r"\bhttps?://[^\s<>\"|\])]+")
SENTENCE = re.compile(r"[^.!?;\n]+(?:[.!?;](?=\S)[^.!?;\n]+)*[.!?;]*")


def _any_of(*phrases: str) -> re.Pattern[str]:
    """One of the phrases as whole words; a blank stands for white space, also the breaking kind."""
    words = "|".join(phrase.replace(" ", r"\s{1,3}") for phrase in phrases)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)")


ASKED = _any_of(
    r"(?:can|could|would|will) (?:you|someone|somebody|anyone|anybody)",
    r"(?:please|pls|kindly) (?:advise|confirm|clarify|decide|approve|let (?:me|us) know)",
    r"(?:need|needs|waiting for|asking for) (?:a|your|the) (?:final call|decision|answer|approval)",
    r"any (?:idea|ideas|thoughts|objections)",
    r"(?:kannst|könntest|würdest|magst) du",
    r"(?:könnt|könntet|würdet|mögt) ihr",
    r"(?:können|könnten|würden) sie",
    r"bitte (?:um|bestätigen|entscheiden|freigeben|klären)",
    r"(?:brauchen?|benötigen?) (?:\w{1,20} ){0,1}(?:eine|deine|eure|ihre)"
    r" (?:entscheidung|freigabe|antwort|rückmeldung)",
)
REMINDED = _any_of(
    r"(?:ping|bump)(?=\s{0,3}(?:[.!?:@)\[\n]|\Z))",
    r"(?:pinging|bumping) (?:you|this|again|@|\[)",
    r"(?:gentle|friendly|kind|quick|small|just a|another|second) (?:reminder|ping|nudge|bump)",
    r"reminder",
    r"following up",
    r"follow(?:ing)?-up on this",
    r"(?:any|an) (?:update|updates|news|progress)",
    r"(?:still|been) waiting (?:for|on)",
    r"chasing (?:this|up)",
    r"(?:kleine|freundliche|kurze|nochmalige|sanfte)?\s?erinnerung",
    r"(?:ich )?erinnere (?:nochmal|noch einmal|kurz|hiermit)?",
    r"(?:wollte|möchte|muss) (?:\w{1,20} ){0,2}(?:nachfragen|nachhaken|erinnern)",
    r"(?:hake|frage) (?:\w{1,20} ){0,2}nach",
    r"(?:gibt es|gibt's|gibts) (?:\w{1,20} ){0,2}(?:neues|neuigkeiten|etwas neues|einen stand)",
    r"(?:wie ist|was ist) der (?:\w{1,20} ){0,1}stand",
    r"(?:warte|warten) (?:immer )?noch",
)
DECIDED = _any_of(
    r"(?:we|i|team|board)(?: have| has|'ve)? (?:decided|agreed|settled)",
    r"(?:is|was|has been|it's|been) (?:decided|agreed|settled|approved|rejected)",
    r"decision:",
    r"(?:the|my|our|final) decision is",
    r"(?:final call|verdict|resolution):",
    r"(?:we|i)(?:'ll| will| are going to| am going to)? go(?:ing)? with",
    r"let's (?:go with|ship|drop|postpone|defer)",
    r"(?:approved|accepted|rejected|signed off|signing off)",
    r"(?:i|we) (?:hereby )?(?:approve|reject|accept|sign off)",
    r"(?:go|no-go) from (?:me|us|my side|our side)",
    r"(?:habe|haben|hat|ist|wurde|wird) (?:\w{1,20} ){0,6}(?:entschieden|beschlossen|freigegeben|"
    r"abgelehnt|genehmigt|festgelegt)",
    r"(?:entscheidung|beschluss|festlegung):",
    r"(?:unsere|meine|die) entscheidung (?:ist|lautet)",
    r"(?:entschieden|beschlossen|freigegeben|genehmigt|abgelehnt)",
    r"(?:wir|ich) (?:entscheiden|entscheide|nehmen|machen|verschieben|verwerfen|lehnen|lehne)"
    r" (?:\w{1,20} ){0,6}(?:uns|mich|jetzt|nun|ab|so|variante|lösung|option)",
)
OPEN = _any_of(  # what makes a sentence with such words no decision
    r"not|never|no|nobody|none|until|unless|if|whether|before|once|when|should|shall|could|would",
    r"hasn't|haven't|isn't|wasn't|won't|can't|cannot|don't|didn't|yet|pending|needs?|who|waiting",
    r"nicht|nie|kein|keine|keinen|niemand|noch|bis|falls|ob|wenn|sobald|bevor|wer|sollen|sollten",
    r"offen|ausstehend|soll|sollte|könnte|würde",
)
RULE = (
    r"contributing|code[-_ ]of[-_ ]conduct|guidelines?|guides?|polic(?:y|ies)|style[-_]?guide|"
    r"conventions?|definition[-_ ]of[-_ ](?:done|ready)|checklists?|templates?|runbooks?|playbooks?"
    r"|handbook|rules|standards?|richtlinien?|vorlagen?|leitfaden|regeln|handbuch|checklisten?"
)
RULE_IN_ADDRESS = re.compile(rf"(?<![a-z])(?:{RULE})(?![a-z])")
RULE_FILE = re.compile(
    r"(?<![\w])(?:contributing|code_of_conduct|styleguide|guidelines|pull_request_template|"
    r"issue_template|definition_of_done)\.(?:md|rst|txt|adoc)(?!\w)"
)
QUESTION_MARK = re.compile(r"\?(?=[\s)\]\"'*_!?.:]|$)")
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Labels:
    """What is kept of a text.

    `is_question`: it asks something. `is_ping`: it does no more than remind somebody who is
    waited for. `has_policy_link`: it points to a rule, guide or template. `has_decision`: it words
    a decision that is made; one that is asked for, denied or conditional is none.
    """

    is_question: bool
    is_ping: bool
    has_policy_link: bool
    has_decision: bool


def labels(text: str) -> Labels:
    """What the text says about itself; quotes, code and templates in it count as not written.

    Takes time in proportion to the length of the text and reads its first 20,000 characters. An
    empty text has no label.
    """
    own = _own(unicodedata.normalize("NFKC", text[:MOST_CHARACTERS])[:MOST_CHARACTERS])
    addresses = ADDRESS.findall(own)
    said = ADDRESS.sub(" ", own)
    sentences = SENTENCE.findall(said)
    is_short = len(WORD.findall(said)) <= MOST_WORDS_OF_A_PING
    has_decision = any(_decides(sentence) for sentence in sentences)
    return Labels(
        is_question=bool(QUESTION_MARK.search(said) or ASKED.search(said)),
        is_ping=is_short and not has_decision and bool(REMINDED.search(said)),
        has_policy_link=bool(
            RULE_FILE.search(own) or any(RULE_IN_ADDRESS.search(address) for address in addresses)
        ),
        has_decision=has_decision,
    )


def _decides(sentence: str) -> bool:
    return "?" not in sentence and bool(DECIDED.search(sentence)) and not OPEN.search(sentence)


def _own(text: str) -> str:
    """What the writer wrote: in small letters, plain apostrophes, without what is quoted."""
    written = " ".join(_outside_marks(text.lower().replace("\u2019", "'")))
    return QUOTED_LINE.sub("", written)


def _outside_marks(text: str) -> Iterator[str]:
    """The parts outside any pair of marks; a pair that never ends reaches to the end."""
    start, closing = 0, None
    for mark in MARKS.finditer(text):
        if closing is None:
            opening = next((one for one in QUOTED if mark[0].startswith(one)), None)
            yield text[start : mark.start()]
            closing = QUOTED[opening] if opening else None
            start = mark.end()
        elif mark[0].startswith(closing):
            closing, start = None, mark.end()
    if closing is None:
        yield text[start:]
