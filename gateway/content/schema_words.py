"""What an editor shows beside each key of flows and messages: one sentence and an example, by place and key."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

Words = Mapping[str, tuple[str, object]]

HEAD: Final[Words] = MappingProxyType(
    {
        "schema": ("Version of this language; always 1.", 1),
        "flow": ("Name of the flow, the same as of its file.", "report"),
        "purpose": ("What the flow is for; decides expiry, what is allowed, and what silence may bring.", "protection"),
        "channels": ("Where the flow may run.", ["sms", "ussd"]),
        "expires": ("End of a session without a reply: 24h in protection, else 3d; on USSD always 10 minutes.", "24h"),
        "values": (
            "Every value that answers are saved in, with its kind and class.",
            {"age": {"kind": "age", "class": "answer"}},
        ),
        "takes": ("Values that a caller may hand in with `with`; only for a sub-flow.", ["via"]),
        "gives": ("Values that a caller may carry out with `take`; only for a sub-flow.", ["hours"]),
        "start": ("The step with which the flow begins.", "danger"),
        "on_error": ("The step after an author's fault; must lead to a person.", "person"),
        "steps": ("The steps, by name.", {"close": {"end": "done"}}),
        "note": ("A remark for readers; nobody hears it.", "reviewed with the Women's Union"),
    }
)
VALUE: Final[Words] = MappingProxyType(
    {
        "kind": (
            "What is saved: a code, several, a place, a number, a date, a phone; `sealed` never stays in the session.",
            "choice",
        ),
        "class": ("What the value is about; drives retention and access.", "safety"),
        "to": ("Where a sealed text goes: the story, or one of the two secret words.", "story"),
        "note": ("A remark for readers.", "asked once"),
    }
)
STEP: Final[Words] = MappingProxyType(
    {
        "say": ("Says a message and goes on. Beside `handoff`: what is said before a person takes over.", "thanks"),
        "menu": ("Asks for one of 2 to 7 choices; the engine draws keys and labels.", "danger"),
        "pick": ("Asks for several choices at once.", "tell"),
        "ask": ("Asks for a typed or open answer.", "where"),
        "choose": (
            "Branches without waiting: the first condition that holds.",
            [{"when": {"field": "age", "below": 18}, "then": "child"}],
        ),
        "do": ("Does actions in order.", [{"add_tag": {"tag": "leaving"}}]),
        "call": ("Calls a sub-flow; its `done` takes `then`, other endings take `else`.", "safe_contact"),
        "wait": ("Pauses: for a while, until a time of day, or until the date in a value.", {"for": "3d"}),
        "consent": ("Asks for consent; the engine draws 1 yes and 2 no.", "tell_women_union"),
        "handoff": ("A person takes over; silent until released.", {"reason": "asked"}),
        "help": ("Jumps to the shared help flow, which comes back.", "menu"),
        "end": ("Ends the flow: done, quiet (not a byte is sent), or abandoned.", "done"),
        "then": ("The next step.", "close"),
        "via": ("Sends this text by SMS although the session is a USSD one.", "sms"),
        "choices": ("The choices, in the order they are drawn.", [{"code": "now", "key": 1, "then": "file_it"}]),
        "order": ("`shuffle` draws choices in another order for each session; surveys only.", "fixed"),
        "save": ("The value in which the answer is saved.", "danger"),
        "tries": ("Unreadable answers before `else`, 1 to 3.", 2),
        "else": ("Where unreadable answers, or no branch, lead; in protection to a person.", "person"),
        "no_reply": ("What follows silence.", {"after": "12h", "then": "gone"}),
        "at_least": ("Fewest choices to pick.", 1),
        "at_most": ("Most choices to pick.", 3),
        "expect": ("The test an answer must pass; what it reads is saved.", {"place": "district"}),
        "also": (
            "Side doors: tests tried before `expect`, each with where it leads.",
            [{"test": {"key": "7"}, "then": "thanks"}],
        ),
        "with": ("Values handed to the sub-flow: its name, then ours.", {"via": "contact"}),
        "take": ("Values carried back: our name, then the sub-flow's.", {"contact_ok": "ok"}),
        "purpose": ("What the consent is for.", "referral"),
        "recipient": ("Who would be told.", "women_union"),
        "refused": ("Where a no leads.", "exclude"),
        "released": ("Where the conversation goes on when the person releases it.", "close"),
        "note": ("A remark for readers.", "step 1; asked once more if skipped"),
    }
)
CHOICE: Final[Words] = MappingProxyType(
    {
        "code": ("What is stored and counted; never change it while a case uses it.", "not_sure"),
        "key": ("The digit that is shown, 1 to 7; 0, 8 and 9 belong to the gateway.", 3),
        "words": ("Intents of messages/intents.yaml that mean this choice.", ["DANGER", "URGENT"]),
        "then": ("The next step for this answer.", "file_it"),
        "when": ("The choice is hidden unless this holds.", {"field": "mode", "is": "open"}),
        "set": ("Values this answer sets beside what is saved.", {"country": "LA"}),
        "note": ("A remark for readers.", "only on a safe phone"),
    }
)
SIDE_DOOR: Final[Words] = MappingProxyType(
    {
        "test": ("The test tried before `expect`.", {"words": ["CALL"]}),
        "then": ("Where an answer that passes leads.", "call_me"),
        "set": ("Values that an answer sets.", {"wanted": "call"}),
        "note": ("A remark for readers.", "key 7 passes"),
    }
)
BRANCH: Final[Words] = MappingProxyType(
    {
        "when": ("The condition of this branch.", {"field": "age", "below": 18}),
        "then": ("Where it leads.", "child"),
        "note": ("A remark for readers.", "a doubt counts as a child"),
    }
)
CONDITION: Final[Words] = MappingProxyType(
    {
        "field": ("A declared value, or a field of the gateway such as mode or channel.kind.", "contact.safety"),
        "is": ("The field is this; of several codes, one is.", "safe"),
        "is_not": ("The field is something else, or unknown.", "unsafe"),
        "in": ("The field is one of these.", ["safe", "shared"]),
        "below": ("The number is lower.", 18),
        "at_least": ("The number is this or higher.", 18),
        "within": ("The place lies in this province or district.", "LA17"),
        "before": ("The date is earlier.", "2026-12-01"),
        "after": ("The date is later.", "2026-12-01"),
        "known": ("The field has a value.", "yes"),
        "unknown": ("The field has none.", "yes"),
        "all": ("Every one of these holds.", [{"field": "danger", "is": "now"}]),
        "any": ("At least one of these holds.", [{"field": "via", "is": "call"}]),
        "none": ("Not one of these holds.", [{"field": "via", "is": "call"}]),
    }
)
TEST: Final[Words] = MappingProxyType(
    {
        "key": ("One digit, or one of several.", "7"),
        "equals": ("The whole text is one of these.", ["yes please"]),
        "words": ("The text holds words of these intents.", {"any": ["CALL"]}),
        "starts": ("The text begins with one of these.", ["room"]),
        "pattern": ("Literals, classes, ? and counts; read in linear time.", "[0-9]{4}"),
        "number": ("A number, from min to max.", {"min": 1, "max": 20}),
        "age": ("An age in years, from min to max.", {"min": 5, "max": 110}),
        "date": ("A date with its year: day first, or with the name of the month.", {"after": "2026-01-01"}),
        "place": ("A province or a district; the engine draws the menus.", "district"),
        "phone": ("A phone number of one of these countries.", {"countries": ["LA", "TH"]}),
        "yes": ("A yes in any language.", {}),
        "no": ("A no in any language.", {}),
        "any_text": ("Any text up to max characters; save it in a sealed value.", {"max": 300}),
        "empty": ("An empty message.", {}),
        "too_long": ("A text longer than max.", {"max": 300}),
        "guarded": ("A text with a guarded word.", {}),
        "member": ("The contact bears this tag.", "leaving"),
        "answered": ("This value has been saved.", "age"),
        "command": ("An order of an officer.", "OK"),
        "case_code": ("A code of six digits.", {}),
        "case_pin": ("A PIN of four digits, of the code that a value holds.", "code"),
    }
)
ARGUMENT: Final[Words] = MappingProxyType(
    {
        "any": ("One of these is enough.", ["CALL", "ASK_PERSON"]),
        "all": ("All of these together.", ["CHILD", "MISSING"]),
        "min": ("Lowest number.", 5),
        "max": ("Highest number, or most characters.", 110),
        "after": ("Earliest date, not included; today+1 is tomorrow.", "2026-01-01"),
        "before": ("Latest date, not included; today+1 is tomorrow.", "2027-01-01"),
        "level": ("province or district.", "district"),
        "within": ("The code of the province in which the place must lie.", "LA17"),
        "countries": ("Countries by ISO 3166-1.", ["LA", "TH"]),
    }
)
