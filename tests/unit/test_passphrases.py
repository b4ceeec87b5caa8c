"""A passphrase is long and not one that everybody tries first; nothing else is asked of it."""

import pytest

from gateway.errors import Conflict
from gateway.services.passphrases import check_passphrase
from gateway.system.passwords import Argon2Passwords

PASSWORDS = Argon2Passwords()


@pytest.mark.parametrize(
    "passphrase",
    ["rice river buffalo", "ເຂົ້າໜຽວ ແມ່ນ້ຳ ຄວາຍ", "            x y z", "correcthorsebattery", "11 elephants on 7 roofs"],
)
def test_any_words_that_do_not_belong_together_will_do(passphrase: str) -> None:
    check_passphrase(passphrase, "noy", PASSWORDS, demo=False)


@pytest.mark.parametrize(
    "passphrase",
    [
        "short",
        "x" * 257,
        "ກ" * 86,  # 258 bytes
        "aaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "password1234",
        "PassWord 2026!!",
        "1q2w3e4r5t6y",
        "123456654321",
        "somphone 2026 somphone",
        "Saiduan 2026 !!",
        "ສາຍດ່ວນ 2026 2026",
    ],
)
def test_what_everybody_tries_first_is_refused(passphrase: str) -> None:
    with pytest.raises(Conflict):
        check_passphrase(passphrase, "Somphone", PASSWORDS, demo=False)


def test_what_is_kept_of_a_passphrase_costs_64_mebibytes_and_three_passes() -> None:
    kept = PASSWORDS.digest("rice river buffalo")
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$") and kept != PASSWORDS.digest("rice river buffalo")
