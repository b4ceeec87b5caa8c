"""What a node does besides speaking: each action as one of ours, or as a placeholder that counts who passes it."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from gateway.integrations.rapidpro.draft import Draft
from gateway.integrations.rapidpro.export import Fields, Node, fields_of, text_of
from gateway.integrations.rapidpro.naming import slug
from gateway.integrations.rapidpro.results import Result, Results
from gateway.integrations.rapidpro.wording import has_expression

Action = dict[str, Any]
_SPOKEN: Final = frozenset({"lo", "en", "hmn", "kjg", "lo-Latn"})


class NotOurs(Exception):
    """An action that this gateway does not do; the text says why."""


# What nobody in the conversation hears, and why it is not done here.
SILENT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "add_contact_urn": "a contact is one phone",
        "add_input_labels": "texts carry no labels; tag the contact instead",
        "call_classifier": "no service reads what people type",
        "call_llm": "no service reads what people type",
        "call_resthook": "no other system is called within a conversation",
        "call_webhook": "no other system is called within a conversation",
        "request_optin": "consent is asked in words, by a step of its own",
        "send_broadcast": "texts to many people are campaigns, approved by a second person",
        "send_email": "nothing leaves by e-mail within a conversation",
        "set_contact_channel": "people are answered where they wrote",
        "set_contact_name": "no name is kept",
        "set_contact_profile": "a contact is one phone",
        "set_contact_timezone": "all times are those of the gateway",
        "set_run_local": "nothing is computed within a conversation",
        "start_session": "a conversation is never started for somebody else",
        "transfer_airtime": "no money is moved",
    }
)


def action_of(action: Fields, draft: Draft, results: Results, groups: Mapping[str, str]) -> list[Action]:
    """Return what an action is here; raises NotOurs with the reason, and KeyError for one that is not known at all."""
    kind = text_of(action.get("type"))
    if kind in SILENT:
        raise NotOurs(SILENT[kind])
    return _READERS[kind](action, draft, results, groups)


def knows(kind: str) -> bool:
    """Say whether an action is one that this module reads or gives a reason for."""
    return kind in SILENT or kind in _READERS


def placeholder(draft: Draft, node: Node, kind: str, why: str) -> dict[str, Any]:
    """Return the step that stands where an action was."""
    return draft.counted(node.uuid, slug(kind) or "action", why)


def _groups(name: str) -> "_Reader":
    def read(action: Fields, draft: Draft, results: Results, groups: Mapping[str, str]) -> list[Action]:
        if action.get("all_groups") is True:
            raise NotOurs("tags are taken away one by one")
        found = [fields_of(group) for group in action.get("groups") or ()]
        names = [text_of(group.get("name")) or groups.get(text_of(group.get("uuid")), "") for group in found]
        if not names or not all(slug(group) and not has_expression(group) for group in names):
            raise NotOurs("a group without a fixed name in Latin letters")
        return [{name: {"tag": slug(group)}} for group in names]

    return read


def _language(action: Fields, draft: Draft, results: Results, groups: Mapping[str, str]) -> list[Action]:
    language = draft.languages.get(text_of(action.get("language")).lower(), "")
    if language not in _SPOKEN:
        raise NotOurs(f"'{text_of(action.get('language'))[:40]}' is no language of this gateway")
    return [{"set_contact": {"language": language}}]


def _field(action: Fields, draft: Draft, results: Results, groups: Mapping[str, str]) -> list[Action]:
    key = text_of(fields_of(action.get("field")).get("key"))
    value = text_of(action.get("value"))
    result = results.field(key)
    if has_expression(value):
        raise NotOurs("what is computed or typed is kept on no contact")
    if result is None or not result.read:
        raise NotOurs("this gateway keeps no fields of people, and nothing here asks for it")
    draft.tell(
        "narrowed",
        "",
        f"contact field '{key}'",
        "this gateway keeps no fields of people",
        "a value of this conversation",
    )
    return _set(result, value)


def _result(action: Fields, draft: Draft, results: Results, groups: Mapping[str, str]) -> list[Action]:
    result = results.get(text_of(action.get("name")))
    named = text_of(action.get("category")) or text_of(action.get("value"))
    if has_expression(named):
        raise NotOurs("a value is set to a fixed word only")
    if result is None:
        raise NotOurs("a result without a name")
    return _set(result, named)


def _set(result: Result, word: str) -> list[Action]:
    if not result.choice:
        raise NotOurs("the value of that name holds what people answered")
    code = result.code(word)
    return [{"set": {"value": result.choice, **({"to": code} if code else {})}}]


def _status(action: Fields, draft: Draft, results: Results, groups: Mapping[str, str]) -> list[Action]:
    if text_of(action.get("status")) != "stopped":
        raise NotOurs("whom to hear is not decided by a conversation")
    return [{"unsubscribe": {"list": "all"}}]


_Reader = Callable[[Fields, Draft, Results, Mapping[str, str]], list[Action]]
_READERS: Final[Mapping[str, _Reader]] = MappingProxyType(
    {
        "add_contact_groups": _groups("add_tag"),
        "remove_contact_groups": _groups("remove_tag"),
        "set_contact_field": _field,
        "set_contact_language": _language,
        "set_contact_status": _status,
        "set_run_result": _result,
    }
)
