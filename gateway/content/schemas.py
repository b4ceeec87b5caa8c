"""The schemas for editors, made from the tables the loader itself reads by; ``scripts/schemas`` writes them anew."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Final

from gateway.content import schema_more_words as more
from gateway.content import schema_words as words
from gateway.content.schema_parts import (
    DRAFT,
    DURATION,
    EXPIRY,
    FLAG,
    NAMED,
    NAMES,
    TEXT,
    TEXTS,
    Schema,
    one_named,
    one_of,
    part,
    record,
    told,
    whole,
)
from gateway.conversation import loader, reading
from gateway.conversation.flow import (
    ACTIONS,
    ASKING,
    CHANNELS,
    ENDINGS,
    KINDS,
    PURPOSES,
    REFERENCES,
    SEALED_TARGETS,
    VALUE_CLASSES,
    VALUE_KINDS,
)
from gateway.text.catalogue import Message
from gateway.text.vocabulary import FORM_ROLES, PEOPLE, WORD_ROLES

HERE: Final = Path(__file__).parent
_LONGEST_TEXT: Final = 1000
_COUNT: Final[Schema] = {
    "type": ["integer", "string"],
    "minimum": 0,
    "maximum": 1_000_000_000,
    "pattern": "^[0-9]{1,9}$",
}


def flow_schema() -> Schema:
    """Return the schema of a flow file."""
    head: dict[str, Schema] = {
        "schema": {"enum": [1, "1"]},
        "flow": NAMED,
        "purpose": one_of(PURPOSES),
        "channels": {"type": "array", "items": one_of(CHANNELS)},
        "expires": EXPIRY,
        "values": _named_parts("value", loader.MAX_VALUES),
        "takes": NAMES,
        "gives": NAMES,
        "start": NAMED,
        "on_error": NAMED,
        "steps": _named_parts("step", loader.MAX_STEPS),
        "note": {},
    }
    needed = (*loader.HEAD_NEEDED, "on_error")
    return {
        "$schema": DRAFT,
        "title": "A conversation of the gateway",
        "description": "One conversation: ids only, no word that a person reads. See gateway/conversation/README.md.",
        **record(loader.HEAD_KEYS, head, words.HEAD, needed),
        "definitions": {
            "value": _value(),
            "step": _step(),
            "choice": _choice(),
            "side_door": _side_door(),
            "branch": record(
                reading.BRANCH_KEYS,
                {"when": part("condition"), "then": NAMED, "note": {}},
                words.BRANCH,
                ("when", "then"),
            ),
            "condition": _condition(),
            "test": _test(),
            "arguments": _arguments(TEXT),
            "counted": _arguments(_COUNT),
            "action": _action(),
        },
    }


def _named_parts(name: str, most: int) -> Schema:
    return {"type": "object", "propertyNames": NAMED, "additionalProperties": part(name), "maxProperties": most}


def _value() -> Schema:
    schemas = {"kind": one_of(VALUE_KINDS), "class": one_of(VALUE_CLASSES), "to": one_of(SEALED_TARGETS), "note": {}}
    return record(loader.VALUE_KEYS, schemas, words.VALUE, ("kind", "class"))


def _step() -> Schema:
    """Return the one object of all steps; which keys go together follows from the kind, by if and then."""
    schemas = _step_parts()
    keys = (
        *KINDS,
        *dict.fromkeys(key for keys in loader.STEP_KEYS.values() for key in keys if key not in KINDS),
        "note",
    )
    found = record(keys, schemas, words.STEP)
    found["anyOf"] = [{"required": [kind]} for kind in KINDS]
    found["allOf"] = [_of_kind(kind, keys) for kind in KINDS]
    return found


def _step_parts() -> dict[str, Schema]:
    names = {"type": "object", "propertyNames": NAMED, "additionalProperties": NAMED}
    wait = {"for": DURATION, "until": {"type": "string", "pattern": f"^{loader.CLOCK.pattern}$"}, "until_value": NAMED}
    handoff = {"reason": one_of(loader.REASONS), "urgent": FLAG}
    no_reply = {"after": DURATION, "then": NAMED}
    texts = dict.fromkeys(("say", "menu", "pick", "ask", "consent", "help", "purpose", "recipient"), TEXT)
    steps = dict.fromkeys(("then", "else", "refused", "released", "save", "call"), NAMED)
    return {
        **texts,
        **steps,
        "choose": {"type": "array", "items": part("branch")},
        "do": {"type": "array", "items": part("action")},
        "wait": {**record(loader.WAIT_KEYS, wait, more.WAIT), "minProperties": 1},
        "handoff": record(loader.HANDOFF_KEYS, handoff, more.HANDOFF),
        "end": one_of(ENDINGS),
        "via": one_of(loader.VIAS),
        "choices": {"type": "array", "items": part("choice"), "minItems": 2, "maxItems": 7},
        "order": one_of(loader.ORDERS),
        "tries": whole(1, 3),
        "no_reply": record(loader.NO_REPLY_KEYS, no_reply, more.NO_REPLY, loader.NO_REPLY_KEYS),
        "at_least": whole(0, 7),
        "at_most": whole(1, 7),
        "expect": part("test"),
        "also": {"type": "array", "items": part("side_door")},
        "with": names,
        "take": names,
        "note": {},
    }


def _of_kind(kind: str, keys: tuple[str, ...]) -> Schema:
    """Return what a kind of step needs and which keys it does not know; `say` beside a hand-off is no kind."""
    needed = [*loader.NEEDED_KEYS.get(kind, ()), *(loader.ASKING_NEEDED if kind in ASKING else ())]
    unknown = {key: False for key in keys if key not in (kind, *loader.STEP_KEYS[kind], "note")}
    then: Schema = {"required": needed, "properties": unknown}
    if kind == "menu":
        then["if"] = {"not": {"required": ["then"]}}
        then["then"] = {"properties": {"choices": {"items": {"required": ["then"]}}}}
    condition: Schema = {"required": [kind]}
    if kind == "say":
        condition["not"] = {"required": ["handoff"]}
    return {"if": condition, "then": then}


def _choice() -> Schema:
    schemas: dict[str, Schema] = {
        "code": NAMED,
        "key": whole(1, 7),
        "words": TEXTS,
        "then": NAMED,
        "when": part("condition"),
        "set": _settings(),
        "note": {},
    }
    return record(reading.CHOICE_KEYS, schemas, words.CHOICE, ("code", "key"))


def _settings() -> Schema:
    return {"type": "object", "propertyNames": NAMED, "additionalProperties": TEXT}


def _side_door() -> Schema:
    schemas: dict[str, Schema] = {"test": part("test"), "then": NAMED, "set": _settings(), "note": {}}
    return record(reading.SIDE_DOOR_KEYS, schemas, words.SIDE_DOOR, ("test", "then"))


def _condition() -> Schema:
    """Return the schema of one comparison of one field, or of several conditions joined."""
    joined = {"type": "array", "items": part("condition")}
    schemas = {
        "field": TEXT,
        **dict.fromkeys(reading.COMPARISONS, TEXT),
        "in": TEXTS,
        **dict.fromkeys(reading.JOINS, joined),
    }
    found = record(("field", *reading.COMPARISONS, *reading.JOINS), schemas, words.CONDITION)
    found["if"] = {"anyOf": [{"required": [join]} for join in reading.JOINS]}
    found["then"] = {"maxProperties": 1}
    found["else"] = {"required": ["field"], "minProperties": 2, "maxProperties": 2}
    return found


def _test() -> Schema:
    schemas = {name: part("counted" if name in reading.COUNTED_TESTS else "arguments") for name in reading.TESTS}
    limits = {key: {"type": "string", "pattern": f"^{reading.DAY.pattern}$"} for key in ("after", "before")}
    schemas["date"] = _arguments(TEXT, limits)
    schemas["place"] = _arguments(TEXT, {"within": {"type": "string", "pattern": f"^{reading.PROVINCE.pattern}$"}})
    schemas["pattern"] = {**_arguments(TEXT), "pattern": f"^{reading.LINEAR.pattern}$", "maxLength": 200}
    return one_named(schemas, words.TEST)


def _arguments(number: Schema, others: Schema | None = None) -> Schema:
    """Return the arguments of a test, whichever way they are written; ``others`` replace the usual ones."""
    inner = dict.fromkeys(reading.TEST_KEYS, TEXT) | dict.fromkeys(("any", "all", "countries"), TEXTS)
    inner |= {"min": number, "max": number, **(others or {})}
    kinds = ["object", "array", "string", "number", "boolean", "null"]
    return {**record(reading.TEST_KEYS, inner, words.ARGUMENT), "type": kinds, "items": TEXT}


def _action() -> Schema:
    value = {"value": told(NAMED, ("The value that holds it.", "via"))}
    schemas: dict[str, Schema] = {}
    for name, keys in ACTIONS.items():
        inner: dict[str, Schema] = {}
        for key in keys:
            plain = NAMED if key in REFERENCES.get(name, ()) else TEXT
            kinds = plain["type"] if isinstance(plain["type"], list) else [plain["type"]]
            inner[key] = {**plain, "type": [*kinds, "object"], "properties": value, "additionalProperties": False}
        schemas[name] = record(keys, inner, more.ACTION_ARGUMENT)
    return one_named(schemas, more.ACTION)


def message_schema() -> Schema:
    """Return the schema of a file of texts."""
    text: Schema = {"type": ["string", "number", "boolean"], "maxLength": _LONGEST_TEXT}
    variants = record(
        (field.name for field in fields(Message)),
        {field.name: text for field in fields(Message)},
        more.MESSAGE,
        ("text",),
    )
    entry = {**variants, **text, "type": [*text["type"], "object"]}
    example = ("A text, or a map of its variants.", "Thank you.")
    return {
        "$schema": DRAFT,
        "title": "Texts of one flow in one language",
        "description": "Texts by id; a label is <message>.<code>. See messages/README.md.",
        "type": "object",
        "additionalProperties": False,
        "properties": {"review": told({}, more.MESSAGE["review"])},
        "patternProperties": {r"^(?!review$)[a-z][a-z0-9_]{0,39}(?:\.[a-z][a-z0-9_]{0,39})?$": told(entry, example)},
    }


def lexicon_schema() -> Schema:
    """Return the schema of the words that people type in one language."""
    forms: Schema = {"type": "array", "items": {**TEXT, "maxLength": _LONGEST_TEXT}}
    words = (*WORD_ROLES, PEOPLE)
    around = record(words, dict.fromkeys(words, forms), more.LEXICON)
    intent = record(FORM_ROLES, dict.fromkeys(FORM_ROLES, forms), more.LEXICON)
    example = ("Words that mean this intent of messages/intents.yaml.", {"forms": ["help", "help me"]})
    return {
        "$schema": DRAFT,
        "title": "Words people type in one language",
        "description": "Spellings by intent, and the words around them. See messages/intents.yaml.",
        "type": "object",
        "properties": {"_words": told(around, more.LEXICON["_words"]), "review": told({}, more.LEXICON["review"])},
        "additionalProperties": told(intent, example),
    }


SCHEMAS: Final = {"flow": flow_schema, "message": message_schema, "lexicon": lexicon_schema}


def rendered(name: str) -> str:
    """Return a schema as its file holds it."""
    return json.dumps(SCHEMAS[name](), ensure_ascii=False, indent=1) + "\n"


def write() -> None:
    """Write every schema beside this module."""
    for name in SCHEMAS:
        (HERE / f"{name}.schema.json").write_text(rendered(name), "utf-8")


if __name__ == "__main__":
    write()
