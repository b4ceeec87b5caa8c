"""What two editions of a broadcast say differently."""

import json


def editions_differ(older: str, newer: str) -> tuple[tuple[str, str, str], ...]:
    """Return what two editions say differently: field (or ``text.<language>``), before, after."""
    before, after = _flat(older), _flat(newer)
    return tuple(
        (name, before.get(name, ""), after.get(name, ""))
        for name in sorted({*before, *after})
        if before.get(name, "") != after.get(name, "")
    )


def _flat(edition: str) -> dict[str, str]:
    facts = json.loads(edition)
    texts = {f"text.{language}": text for language, text in facts.pop("texts").items()}
    parts = {f"{group}.{name}": value for group in ("audience", "plan") for name, value in facts.pop(group).items()}
    plain = {name: value if isinstance(value, str) else json.dumps(value) for name, value in {**facts, **parts}.items()}
    return {**texts, **plain}
