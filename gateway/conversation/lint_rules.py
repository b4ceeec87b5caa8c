"""The table of lint rules: code, severity, what it says, the cure, and which function finds it; the one list."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from gateway.conversation import (
    lint_content,
    lint_cost,
    lint_given,
    lint_reports,
    lint_safety,
    lint_sessions,
    lint_sources,
    lint_texts,
    lint_wording,
    lint_words,
)
from gateway.conversation.lint_conditions import unsteady_conditions
from gateway.conversation.lint_material import Check, Fault, Material

Severity = Literal["error", "warning"]
AREAS: Final = MappingProxyType({"E": "structure", "T": "translation", "C": "cost", "S": "safety"})
NEVER_SILENCED: Final = frozenset({"S301", "S302", "S308", "S314"})


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; without a check it is kept while files are read. ``fixed`` says that ``--fix`` repairs it."""

    code: str
    severity: Severity
    says: str
    cure: str
    check: Check | None = None
    fixed: bool = False

    @property
    def area(self) -> str:
        """Which of the four groups the rule belongs to."""
        return AREAS[self.code[0]]


def _both(*checks: Check) -> Check:
    """Return one check that makes several."""

    def check(material: Material) -> Iterator[Fault]:
        for each in checks:
            yield from each(material)

    return check


RULES: Final = (
    Rule("E001", "error", "forbidden YAML", "write plain YAML in UTF-8, without tabs, tags, anchors or aliases"),
    Rule("E002", "error", "a key stands twice", "keep one of the two"),
    Rule("E003", "error", "unknown key", "use a key of this place"),
    Rule("E004", "error", "wrong type, or something is missing", "write what the schema asks for"),
    Rule("E005", "error", "reserved or impossible name", "use a-z, 0-9 and _; write reserved words in quotes"),
    Rule("E010", "error", "the step does not exist", "name a step of this flow"),
    Rule("E011", "error", "no step leads here", "lead to it or delete it"),
    Rule("E012", "error", "no path leads to an end or a person", "lead to an end or a handoff"),
    Rule("E013", "error", "a loop in which nothing waits", "ask something within the loop"),
    Rule("E014", "error", "a question lacks else, tries or no_reply",
         "say what follows an unreadable answer and silence"),
    Rule("E015", "error", "on_error, or an unreadable answer in protection, does not reach a person",
         "lead to a handoff"),
    Rule("E016", "error", "two choices share a code, a key or a label", "make them differ", lint_words.like_labels),
    Rule("E017", "error", "words of two choices, or of a choice and a global word, overlap",
         "drop the word in one place",
         lint_words.claimed_words),
    Rule("E018", "error", "key 0, 8 or 9 is used", "use 1 to 7"),
    Rule("E019", "error", "more than 7 choices", "split the menu"),
    Rule("E020", "error", "the text does not exist", "write it in messages/", lint_content.missing_texts),
    Rule("E021", "warning", "nothing says this text", "delete it, or say it", lint_content.unused_texts),
    Rule("E022", "error", "undeclared value, placeholder or word", "declare it, or use one that is known",
         _both(lint_words.unknown_words, lint_wording.unknown_placeholders)),
    Rule("E023", "error", "a condition is never or always true", "correct it, or use else", unsteady_conditions),
    Rule("E024", "error", "a call leads nowhere, in a circle, too deep, or hands over unknown values",
         "correct the call"),
    Rule("E025", "error", "the pattern is not linear", "use literals, classes, ? and counts only"),
    Rule("E026", "error", "a code was removed that running conversations hold",
         "keep the code, change its label instead",
         lint_given.lost_codes),
    Rule("E027", "error", "a step, action or test does not belong to the purpose of its flow",
         "move it to another flow",
         lint_content.misplaced_steps),
    Rule("E028", "error", "no story takes a way through a protection flow", "write a story that goes there",
         lint_given.untried_protection),
    Rule("E029", "error", "one word opens two flows, each in another place", "let it open the same flow everywhere",
         lint_words.keywords_of_two),
    Rule("E030", "error", "a wait is outside the limits", "1m to 90d"),
    Rule("E031", "error", "one word has two meanings, one of which acts at once", "drop it in one place"),
    Rule("E032", "warning", "lint-ok silences nothing", "delete it, or name the rule and a reason", fixed=True),
    Rule("E033", "warning", "space at the end of a line, or a last line that does not end", "gateway lint --fix",
         lint_sources.trailing, fixed=True),
    Rule("E034", "warning", "the first line does not name the schema", "gateway lint --fix",
         lint_sources.unlined, fixed=True),
    Rule("E035", "error", "after a fault of content its flow goes on", "lead to an end or a handoff",
         lint_content.resumed_after_fault),
    Rule("E036", "warning", "no story takes a way through a flow", "write a story that goes there",
         lint_given.untried_others),
    Rule("T401", "error", "the text is missing in a required language", "translate it",
         lint_content.untranslated_texts),
    Rule("T402", "warning", "texts of a core flow are missing in Hmong or romanised Lao", "translate them",
         lint_content.untranslated_core),
    Rule("T403", "error", "placeholders differ between languages", "use the same ones",
         lint_wording.other_placeholders),
    Rule("T404", "warning", "the source text has changed since it was translated",
         "translate it anew, or gateway i18n confirm",
         lint_texts.stale_translations),
    Rule("T405", "error", "wrong script for the language", "write it in the script of its language",
         lint_texts.wrong_script),
    Rule("T406", "error", "a broken Lao letter", "type the letter again: consonant, vowel, one tone",
         lint_texts.broken_letters),
    Rule("T407", "error", "a prompt types its own keys", "the engine draws the keys", lint_texts.typed_keys),
    Rule("T408", "error", "a global word has no form in a language", "add forms to lexicon.yaml",
         lint_words.missing_words),
    Rule("T409", "warning", "no native reader has signed the file", "have it read, then delete review: needed",
         lint_sources.unsigned),
    Rule("T410", "warning", "a sentence is over 90 Lao letters or 20 words", "make two of it",
         lint_texts.long_sentences),
    Rule("T411", "error", "a text is not NFC, or holds ZWSP or NBSP", "gateway lint --fix",
         lint_sources.uneven, fixed=True),
    Rule("C201", "warning", "over one segment with the longest values", "shorten it", lint_cost.over_one),
    Rule("C202", "error", "over three segments", "shorten it, or send it as two messages", lint_cost.over_three),
    Rule("C203", "warning", "one character forces UCS-2", "write it with characters of the GSM alphabet",
         lint_cost.one_foreign_character),
    Rule("C204", "error", "a USSD page is over the budget", "give a short ussd: text", lint_cost.crowded_screens),
    Rule("C205", "error", "one option fills more than a page", "shorten the label", lint_cost.long_options),
    Rule("C206", "warning", "a way through the flow takes over 8 screens", "ask less on USSD",
         lint_sessions.long_screen_paths),
    Rule("C207", "error", f"a conversation can take over {lint_sessions.MOST_SEGMENTS_OF_A_SESSION} segments",
         "ask less, or shorten texts",
         lint_sessions.dear_sessions),
    Rule("C208", "warning", "two texts are sent where one fits", "make one text of them", lint_sessions.two_for_one),
    Rule("C209", "warning", "characters of the GSM extension count twice", "use plain ones",
         lint_cost.extended_characters),
    Rule("C210", "warning", "more than twice as dear as its English twin", "shorten it", lint_cost.dearer_than_english),
    Rule("S301", "error", "a guarded word can reach a phone not confirmed safe",
         "add neutral: or ask safe_contact first",
         lint_safety.guarded_words),
    Rule("S302", "error", "digits like a phone's in a flow or a text",
         "write {directory.<role>} and give without_directory",
         lint_wording.phone_digits),
    Rule("S303", "error", "a number of the directory without without_directory", "add without_directory:",
         lint_wording.lonely_directory),
    Rule("S304", "error", "the directory has no entry for the number", "name a role the directory has",
         lint_wording.unknown_roles),
    Rule("S305", "error", "free text is not sealed", "save it in a value of kind sealed"),
    Rule("S306", "error", "asks for a name, ID number, ethnicity, religion or sexual behaviour", "do not ask for it",
         lint_wording.asked_too_much),
    Rule("S307", "error", "details are asked before danger", "ask for danger first", lint_reports.details_first),
    Rule("S308", "error", "the child path meets a detail question or a step for adults", "lead children another way",
         lint_reports.child_path),
    Rule("S309", "error", "an agency is told without the person's choice", "ask, and save the answer in tell",
         lint_reports.untold_forwarding),
    Rule("S310", "error", "a report ends without confirmation", "say {case_code} before the end",
         lint_reports.without_confirmation),
    Rule("S311", "error", "a nudge can reach a phone not confirmed safe", "end without a word, or branch on mode",
         lint_safety.nudges),
    Rule("S312", "error", "a link in a text", "say whom to ask instead", lint_wording.links),
    Rule("S313", "error", "a personal placeholder in a campaign or survey", "leave it out",
         lint_wording.personal_broadcasts),
    Rule("S314", "error", "a flow shadows a global word", "use another label or word", lint_words.shadowed_words),
    Rule("S315", "error", "a text promises anonymity", "say what is really done", lint_wording.promises),
    Rule("S316", "error", "a screen would be pushed", "use sms for what nobody dialled for",
         lint_safety.unasked_screens),
    Rule("S317", "error", "help is farther than one message", "give the help menu a choice that is a handoff",
         lint_reports.far_help),
    Rule("S318", "error", "a report can end without asking whom we may tell", "ask and save tell",
         lint_reports.without_tell),
    Rule("S319", "error", "a text where silence was promised", "lead to the end without a word",
         lint_safety.broken_silence),
    Rule("S320", "warning", "a fact is past its last day", "have the fact checked, then move valid_until",
         lint_given.outdated_facts),
)  # fmt: skip
BY_CODE: Final = MappingProxyType({rule.code: rule for rule in RULES})
