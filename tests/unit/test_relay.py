"""What may not be passed on between an officer and a person."""

import pytest

from gateway.cases.relay import fault


@pytest.mark.parametrize(
    ("text", "guarded", "expected"),
    [
        ("We can meet you on Friday at 9.", False, None),
        ("Room 12, 3rd floor, 17:30", False, None),
        ("", False, "how"),
        ("  \n", False, "how"),
        ("anything", True, "word"),
        ("ring 020 5551 2345", False, "number"),
        ("ring 0-2-0-5-5-5", False, "number"),
        ("ໂທ ໐໒໐໕໕໕໑໒໓໔໕", False, "number"),
        ("code 412706", False, "number"),
        ("a" * 306, False, None),
        ("a" * 307, False, "long"),
        ("ກ" * 134, False, None),
        ("ກ" * 135, False, "long"),
    ],
)
def test_a_text_is_refused_for_one_reason(text: str, guarded: bool, expected: str | None) -> None:
    assert fault(text, guarded=guarded) == expected
