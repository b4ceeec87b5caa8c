"""The rest of what an editor shows: actions with their arguments, the inner maps of steps, messages and lexicons."""

from types import MappingProxyType
from typing import Final

from gateway.content.schema_words import Words

ACTION: Final[Words] = MappingProxyType(
    {
        "open_report": (
            "Opens the report; later answers update it by themselves.",
            {"kind": "suspicion", "danger": "danger"},
        ),
        "update_report": ("Fills fields of the open report from values.", {"what": "trouble"}),
        "raise_alert": ("Tells the desk at once.", {"reason": "danger_word"}),
        "set_contact": (
            "Keeps how this person may be reached, and her days; `safety: safe` opens the mode.",
            {"safety": "shared", "via": "sms"},
        ),
        "set": ("Sets a value of the session.", {"value": "topic", "to": "wages"}),
        "add_tag": ("Adds a tag to the contact.", {"tag": "leaving"}),
        "remove_tag": ("Takes a tag away.", {"tag": "leaving"}),
        "subscribe": ("Puts the contact on a list.", {"list": "tips"}),
        "unsubscribe": ("Takes the contact off a list; STOP uses `all`.", {"list": "all"}),
        "look_up_case": ("Asks for the case of the code and PIN just typed; the last action of its step.", {}),
        "withdraw_consent": ("Withdraws consent for the report.", {"recipient": "police"}),
        "count": ("Counts one.", {"metric": "wages_asked"}),
        "start_flow": ("Starts another flow in a session of its own, later.", {"flow": "baseline", "reason": "course"}),
        "enrol": ("Enrols in a course.", {"course": "return_trip"}),
        "unenrol": ("Takes out of a course.", {"course": "return_trip"}),
        "save_answer": ("Keeps the answer of a survey.", {"survey": "baseline", "item": "q1", "value": "q1"}),
        "erase_request": ("Asks for what is stored to be erased.", {}),
        "acknowledge": ("Officer: takes the case.", {}),
        "undo": ("Officer: takes back the last word.", {}),
        "pass_on": ("Officer: hands the case to the next post.", {}),
        "note": ("Officer: writes to the sealed record.", {}),
        "answer": ("Officer: passes words to the person of the case.", {}),
        "refer": ("Officer: refers the case.", {}),
        "close": ("Officer: closes the case.", {}),
        "duty": ("Officer: takes up duty at a post, or ends it.", {}),
        "hand_over": ("Officer: hands a post over, approves it, or takes it up.", {}),
        "present": ("Officer: answers that she is still on duty.", {}),
        "list_open": ("Officer: lists open codes.", {}),
    }
)
ACTION_ARGUMENT: Final[Words] = MappingProxyType(
    {
        "kind": ("What kind of report.", "suspicion"),
        "danger": ("Value with: now, not_now, not_sure.", "danger"),
        "who": ("Value with whom it is about.", "who"),
        "under_18": ("Value with: yes, no, not_sure.", "under_18"),
        "what": ("Value with what is happening.", "what"),
        "country": ("Value with the country.", "country"),
        "place": ("Value with the place.", "place"),
        "contact": ("Value with how to contact.", "contact"),
        "hours": ("When the person may be contacted.", "hours"),
        "phone_only_mine": ("Value with whether nobody else uses the phone.", "phone_only_mine"),
        "tell": ("Value with whom we may tell.", "tell"),
        "reason": ("Why, in one word.", "danger_word"),
        "language": ("The language spoken from now on.", "lo"),
        "safety": ("unknown, safe, shared or unsafe.", "shared"),
        "via": ("How: sms, call or none.", "sms"),
        "departure": ("The day she plans to leave, a value of kind date.", {"value": "leaves_on"}),
        "return": ("The day she comes home, a value of kind date.", {"value": "comes_home"}),
        "value": ("The value of the flow.", "q1"),
        "to": ("The word it is set to; without it the value is forgotten.", "wages"),
        "tag": ("Name of the tag.", "leaving"),
        "list": ("Name of the list, or all.", "tips"),
        "recipient": ("Who is no longer to be told.", "police"),
        "metric": ("Name of the count.", "wages_asked"),
        "flow": ("Name of the flow.", "baseline"),
        "course": ("Name of the course.", "return_trip"),
        "survey": ("Name of the survey.", "baseline"),
        "item": ("Name of the question.", "q1"),
    }
)
WAIT: Final[Words] = MappingProxyType(
    {
        "for": ("How long: 1m to 90d.", "3d"),
        "until": ("Until this time of day.", "07:00"),
        "until_value": ("Until the date in this value.", "leaves_on"),
    }
)
HANDOFF: Final[Words] = MappingProxyType(
    {
        "reason": ("Why a person takes over.", "asked"),
        "urgent": ("Whether the desk is rung at once.", True),
    }
)
NO_REPLY: Final[Words] = MappingProxyType(
    {
        "after": ("How long the silence lasts: 1m to 90d.", "12h"),
        "then": ("Where silence leads.", "close"),
    }
)
MESSAGE: Final[Words] = MappingProxyType(
    {
        "text": ("The text.", "Received. Code {case_code} PIN {case_pin}."),
        "neutral": (
            "Said instead while the phone is not confirmed safe.",
            "Thank you. Code {case_code} PIN {case_pin}.",
        ),
        "ussd": ("A short form for a screen.", "Code {case_code}"),
        "retry": ("Said at the second asking.", "Please answer with a number."),
        "without_directory": ("Said when no number is verified.", "Go to a person you trust."),
        "source": (
            "Where a fact is from, its year, how long it is valid, who owns it.",
            "Decree 245/PM (2020); valid 12 months; owner MLSW",
        ),
        "review": ("`needed` until a native reader has signed the file.", "needed"),
    }
)
LEXICON: Final[Words] = MappingProxyType(
    {
        "forms": ("Spellings that mean the intent.", ["help", "help me"]),
        "asks": ("Spellings after which only a question may follow.", ["lost"]),
        "blockers": ("Longer words that win and mean nothing.", ["self help"]),
        "objects": ("What STOP may name.", ["messages"]),
        "particles": ("Polite words around an answer.", ["please"]),
        "greetings": ("Words of greeting around an answer.", ["hello"]),
        "closings": ("Polite words after an answer.", ["sir"]),
        "already": ("Words that say it is done.", ["already"]),
        "joiners": ("Words between two answers.", ["and"]),
        "people": ("Words for people, which stand for <person>.", ["she", "my sister"]),
        "negation": ("Words that turn the next one round.", ["not"]),
        "thanks": ("Words of thanks.", ["thank you"]),
        "labels": ("Words before an answer.", ["number"]),
        "fillers": ("Words that say nothing beside STOP.", ["all", "any more"]),
        "_words": ("Words around the meant ones.", {"particles": ["please"]}),
        "review": ("`needed` until a native reader has signed the file.", "needed"),
    }
)
