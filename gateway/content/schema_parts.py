"""Pieces that the published schemas are made of: names, texts, numbers, maps with their words beside them."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from gateway.content.schema_words import Words
from gateway.conversation.flow import NAME
from gateway.errors import Defect

Schema = dict[str, Any]
DRAFT: Final = "http://json-schema.org/draft-07/schema#"

NAMED: Final[Schema] = {"type": "string", "pattern": f"^{NAME.pattern}$"}
# A plain 18 or true is a text to the loader, a number or a truth value to other tools.
TEXT: Final[Schema] = {"type": ["string", "number", "boolean"], "minLength": 1}
TEXTS: Final[Schema] = {"type": "array", "items": TEXT}
NAMES: Final[Schema] = {"type": "array", "items": NAMED}
FLAG: Final[Schema] = {"type": ["boolean", "string"], "pattern": "^(?:true|false)$"}
_HOURS: Final = "[1-9][0-9]{0,2}|1[0-9]{3}|20[0-9]{2}|21[0-5][0-9]|2160"
_DAYS: Final = "[1-9]|[1-8][0-9]|90"
DURATION: Final[Schema] = {"type": "string", "pattern": f"^(?:[1-9][0-9]{{0,3}}m|(?:{_HOURS})h|(?:{_DAYS})d)$"}
EXPIRY: Final[Schema] = {"type": "string", "pattern": f"^(?:[1-9][0-9]{{1,3}}m|(?:{_HOURS})h|(?:{_DAYS})d)$"}


def one_of(words: Iterable[str]) -> Schema:
    """Return the schema of one word of a closed list."""
    return {"type": "string", "enum": list(words)}


def whole(low: int, high: int) -> Schema:
    """Return the schema of a whole number, written plain or in quotes."""
    digits = "|".join(str(number) for number in range(low, high + 1))
    return {"type": ["integer", "string"], "minimum": low, "maximum": high, "pattern": f"^(?:{digits})$"}


def part(name: str) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/definitions/{name}"}


def told(schema: Schema, words: tuple[str, object]) -> Schema:
    """Return a schema with its sentence and example; draft-07 ignores what stands beside a reference."""
    described: Schema = {"description": words[0], "examples": [words[1]]}
    return {**described, "allOf": [schema]} if "$ref" in schema else {**described, **schema}


def words_for(key: str, words: Words) -> tuple[str, object]:
    """Return the sentence and the example of a key; raises Defect for one that nobody has described yet."""
    if key not in words:
        raise Defect(f"'{key}' is new: describe it, with an example, in schema_words.py or schema_more_words.py")
    return words[key]


def record(keys: Iterable[str], schemas: Mapping[str, Schema], words: Words, needed: Iterable[str] = ()) -> Schema:
    """Return the schema of a map with these keys and no others; every key must have a schema and its words."""
    found: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {key: told(schemas[key], words_for(key, words)) for key in keys},
    }
    required = list(needed)
    return {**found, "required": required} if required else found


def one_named(schemas: Mapping[str, Schema], words: Words) -> Schema:
    """Return the schema of one of several names with its arguments, or of the bare name."""
    return {
        "type": ["string", "object"],
        "if": {"type": "string"},
        "then": {"enum": list(schemas)},
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {name: told(schema, words_for(name, words)) for name, schema in schemas.items()},
    }
