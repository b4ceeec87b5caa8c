"""Twilio's public OpenAPI description, as its command line ships it to npm: what a value breaks of it."""

import json
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from tests.doubles.node_packages import FOLDER

PACKAGE = "@twilio/cli-core"
FILE = FOLDER / "node_modules" / PACKAGE / "src/services/twilio-api/twilio_api_v2010.json"
MESSAGES = "/2010-04-01/Accounts/{AccountSid}/Messages.json"
MESSAGE = "/2010-04-01/Accounts/{AccountSid}/Messages/{Sid}.json"
ACCOUNT = "/2010-04-01/Accounts/{Sid}.json"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
_DATES = FormatChecker(())


@_DATES.checks("date-time-rfc-2822", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or parsedate_to_datetime(value) is not None


@cache
def described() -> Any:  # noqa: ANN401 - a JSON document
    """Return the whole description."""
    return json.loads(FILE.read_text("utf-8"))


def answer_of(path: str, method: str, status: str) -> Any:  # noqa: ANN401 - a JSON schema
    """Return the schema of an answer."""
    return described()["paths"][path][method]["responses"][status]["content"][JSON]["schema"]


def fields_of(path: str, method: str) -> dict[str, Any]:
    """Return the schemas of what is asked, by name: of a form, or in the address."""
    operation = described()["paths"][path][method]
    if method == "post":
        properties: dict[str, Any] = operation["requestBody"]["content"][FORM]["schema"]["properties"]
        return properties
    return {given["name"]: given["schema"] for given in operation["parameters"] if given["in"] == "query"}


def message_words(name: str) -> frozenset[str]:
    """Return the words that a message's ``status`` or ``direction`` may be."""
    return frozenset(described()["components"]["schemas"][f"message_enum_{name}"]["enum"])


def property_of_message(name: str) -> Any:  # noqa: ANN401 - a JSON schema
    """Return the schema of one property of a message."""
    return described()["components"]["schemas"]["api.v2010.account.message"]["properties"][name]


def problems(value: object, schema: Any) -> list[str]:  # noqa: ANN401 - a JSON schema
    """Return what of ``value`` the description does not know, misses or has otherwise; empty: it fits exactly."""
    flaws = Draft202012Validator(_strict(schema), format_checker=_DATES).iter_errors(value)
    return sorted(f"{'.'.join(map(str, flaw.absolute_path))}: {flaw.message[:150]}" for flaw in flaws)


def of_form(fields: Mapping[str, str], schemas: Mapping[str, Any]) -> list[str]:
    """Return what of a form, whose values are all texts, the description does not know or has otherwise."""
    unknown = [f"{name}: not described" for name in fields if name not in schemas]
    known = {name: _typed(value, _strict(schemas[name])) for name, value in fields.items() if name in schemas}
    return unknown + [f"{name}: {flaw}" for name, value in known.items() for flaw in problems(value, schemas[name])]


def _strict(schema: Any) -> Any:  # noqa: ANN401 - a JSON schema
    """Turn OpenAPI 3.0 into JSON Schema: references followed, null where it says nullable, every property shown."""
    if "$ref" in schema:
        node = described()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            node = node[step]
        return _strict(node)
    made = {word: schema[word] for word in _KEPT if word in schema}
    if schema.get("nullable"):
        made["type"] = [schema["type"], "null"]
    if "items" in schema:
        made["items"] = _strict(schema["items"])
    if "properties" in schema:
        made["properties"] = {name: _strict(inner) for name, inner in schema["properties"].items()}
        made |= {"required": sorted(schema["properties"]), "additionalProperties": False}
    return made


_KEPT = ("type", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "format")


def _typed(value: str, schema: Mapping[str, Any]) -> object:
    kinds: dict[str, object] = {"true": True, "false": False}
    if schema["type"] == "boolean":
        return kinds.get(value, value)
    return int(value) if schema["type"] in ("integer", ["integer", "null"]) and value.isdecimal() else value
