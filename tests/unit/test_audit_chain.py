"""The chain of the audit: any row changed, dropped, moved or slipped in is named."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from gateway.ports.audit import AuditRow
from gateway.store.audit import canonical, faults
from gateway.store.audit_checkpoints import GENESIS
from gateway.store.encryption import Keyring, Secrets

KEYS = Keyring(Secrets("w", b"w" * 32, {"f": b"f" * 32}, b"i" * 32, b"a" * 32, b"p" * 32))
NOON = datetime(2026, 11, 24, 12, 0, 0, 5, tzinfo=UTC)


def chain(length: int = 5, keys: Keyring = KEYS) -> list[AuditRow]:
    rows: list[AuditRow] = []
    for seq in range(1, length + 1):
        previous = rows[-1].mac if rows else GENESIS
        at = NOON + timedelta(seconds=seq)
        row = AuditRow(seq, at, "kham", "desk", "case.read", f"case-{seq}", "ok", previous, "")
        rows.append(replace(row, mac=keys.chain(previous, canonical(row))))
    return rows


def found(rows: list[AuditRow]) -> list[str]:
    return list(faults(iter(rows), KEYS))


def test_an_untouched_chain_holds() -> None:
    assert found(chain()) == []
    assert found([]) == []


@pytest.mark.parametrize(
    "changed",
    [
        lambda row: replace(row, actor="noy"),
        lambda row: replace(row, role="auditor"),
        lambda row: replace(row, action="case.listed"),
        lambda row: replace(row, object="case-4"),
        lambda row: replace(row, result="refused"),
    ],
)
def test_a_changed_word_is_found_in_its_row(changed: Callable[[AuditRow], AuditRow]) -> None:
    rows = chain()
    rows[2] = changed(rows[2])
    assert found(rows) == ["row 3 was changed"]


def test_a_changed_moment_is_found() -> None:
    rows = chain()
    rows[0] = replace(rows[0], at=rows[0].at + timedelta(microseconds=1))
    assert found(rows) == ["row 1 was changed"]


def test_the_same_moment_in_another_zone_is_the_same_row() -> None:
    rows = chain()
    rows[1] = replace(rows[1], at=rows[1].at.astimezone(timezone(timedelta(hours=7))))
    assert found(rows) == []


def test_a_dropped_row_is_named() -> None:
    rows = chain()
    del rows[3]
    assert found(rows) == ["row 4 is missing: row 5 follows row 3"]


@pytest.mark.parametrize("renumbered", [False, True])
def test_two_rows_that_changed_places_are_found(renumbered: bool) -> None:
    rows = chain()
    second, third = rows[1], rows[2]
    rows[1], rows[2] = (replace(third, seq=2), replace(second, seq=3)) if renumbered else (third, second)
    assert found(rows) == [
        "row 2 does not follow the row before it" if renumbered else "row 2 is missing: row 3 follows row 1"
    ]


def test_a_head_cut_off_is_named() -> None:
    assert found(chain()[1:]) == ["row 1 is missing: row 2 follows row 0"]


def test_a_row_slipped_in_with_a_digest_of_another_key_is_found() -> None:
    other = Keyring(Secrets("w", b"w" * 32, {"f": b"f" * 32}, b"i" * 32, b"b" * 32, b"p" * 32))
    rows = chain()
    forged = replace(rows[4], previous=rows[3].mac, action="nothing")
    rows[4] = replace(forged, mac=other.chain(rows[3].mac, canonical(forged)))
    assert found(rows) == ["row 5 was changed"]


def test_rows_of_another_chain_do_not_follow() -> None:
    rows = chain()
    rows[1] = replace(rows[1], previous="f" * 64)
    assert found(rows) == ["row 2 does not follow the row before it"]
