"""Phone numbers: what people type, what networks send, and whom the gateway may answer."""

import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from gateway.contacts.phone import (
    REPLY_COUNTRIES,
    country_of,
    is_simulated,
    mask,
    normalise_msisdn,
    read_phone,
)

LAO = "+8562055512345"

# text, country of the sender, what is read
TYPED = [
    # Lao mobile numbers in every dress
    ("02055512345", None, LAO),
    ("020 5551 2345", None, LAO),
    ("020-5551-2345", None, LAO),
    ("020.5551.2345", None, LAO),
    ("(020) 55512345", None, LAO),
    ("020 5551\u20112345", None, LAO),
    ("2055512345", None, LAO),
    ("55512345", None, LAO),
    ("5551 2345", "LA", LAO),
    ("5551 2345", "TH", LAO),
    ("+856 20 55512345", None, LAO),
    ("+8562055512345", "TH", LAO),
    ("\uff0b856 20 55512345", None, LAO),
    ("8562055512345", None, LAO),
    ("0085620 55512345", "LA", LAO),
    ("00856 20 5551 2345", "TH", LAO),
    ("00885620 55512345", "TH", LAO),
    ("+856 020 5551 2345", None, LAO),
    ("+856 (0)20 5551 2345", None, LAO),
    ("856 020 55512345", None, LAO),
    ("02055512345", "TH", LAO),
    ("02055512345", "VN", LAO),
    # digits of other scripts, and invisible marks
    ("໐໒໐ ໕໕໕໑ ໒໓໔໕", None, LAO),
    ("໕໕໕໑໒໓໔໕", None, LAO),
    ("๐๒๐๕๕๕๑๒๓๔๕", None, LAO),
    ("\uff10\uff12\uff10\uff15\uff15\uff15\uff11\uff12\uff13\uff14\uff15", None, LAO),
    ("٠٢٠٥٥٥١٢٣٤٥", None, LAO),
    ("\u202a+8562055512345\u202c", None, LAO),
    ("020\u200b55512345", None, LAO),
    # in a sentence
    ("I am 17, call 020 5551 2345 after 6", None, LAO),
    ("ໂທ 020 5551 2345 ເດີ້", None, LAO),
    ("020 5551 2345 or 0205551 2345", None, LAO),
    ("my room is 12", None, "again"),
    # every block of the spoken form
    ("22223333", None, "+8562022223333"),
    ("30123456", None, "+8562030123456"),
    ("77123456", None, "+8562077123456"),
    ("91234567", None, "+8562091234567"),
    ("87123456", None, "+8562087123456"),
    ("88123456", None, "+8562088123456"),
    ("85123456", None, "again"),
    ("020 4551 2345", None, "again"),
    ("020 6123 4567", None, "again"),
    # 030 wireless and fixed lines
    ("0302345678", None, "+856302345678"),
    ("030 912 3456", None, "+856309123456"),
    ("302345678", None, "+856302345678"),
    ("+856 30 2345678", None, "+856302345678"),
    ("021 212345", "LA", "+85621212345"),
    ("021 212345", "TH", "which_country"),
    # digits missing, or too many
    ("2345678", None, "full_number"),
    ("໒໓໔໕໖໗໘", None, "full_number"),
    ("212345", None, "full_number"),
    ("020 5551 234", None, "again"),
    ("+856 5551 2345", None, "again"),
    ("020555123456", None, "again"),
    ("020 5551 2345, 020 5551 2346", None, "which_number"),
    # Thailand: only if the sender or the text is there
    ("0812345678", "TH", "+66812345678"),
    ("0612345678", "TH", "+66612345678"),
    ("0912345678", "TH", "+66912345678"),
    ("081-234-5678", "LA", "which_country"),
    ("0912345678", None, "which_country"),
    ("0812345678 Thailand", "LA", "+66812345678"),
    ("ຂ້ອຍຢູ່ປະເທດໄທ 0812345678", "LA", "+66812345678"),
    ("081-234-5678 ไทย", None, "+66812345678"),
    ("+66812345678", None, "+66812345678"),
    ("+66 081 234 5678", None, "+66812345678"),
    ("66812345678", None, "+66812345678"),
    ("0066812345678", "LA", "+66812345678"),
    ("00166812345678", "TH", "+66812345678"),
    ("00166812345678", "LA", "again"),
    # other neighbours
    ("0912345678", "VN", "+84912345678"),
    ("+84912345678", None, "+84912345678"),
    ("13812345678", "CN", "+8613812345678"),
    ("0123456789", "MY", "+60123456789"),
    ("012345678", "KH", "+85512345678"),
    # never numbers of a person
    ("1362", None, "again"),
    ("1191", None, "again"),
    ("412706 4711", None, "again"),
    ("+979123456789", None, "again"),
    ("+881612345678", None, "again"),
    ("02055512345;ext=5", None, "again"),
    ("020 5551 2345 ext 12", None, "again"),
    ("8.56E+11", None, "again"),
    ("020 00 000 050", None, "again"),
    ("", None, "again"),
    ("+", None, "again"),
    ("99999999999999999999", None, "again"),
]


@pytest.mark.parametrize(("text", "sender", "read"), TYPED)
def test_a_typed_number_is_read_or_asked_about(text: str, sender: str | None, read: str) -> None:
    reading = read_phone(text, sender_country=sender)
    assert (reading.e164 or reading.question) == read
    assert (reading.e164 is None) == (reading.question is not None)


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(TYPED) >= 60


def test_country_and_kind_come_with_the_number() -> None:
    thai = read_phone("+66812345678")
    assert (thai.country, thai.kind) == ("TH", "mobile")
    assert read_phone("021 212345", sender_country="LA").kind == "fixed"


def test_demo_numbers_are_read_only_where_they_exist() -> None:
    reading = read_phone("020 00 000 050", simulated=True)
    assert (reading.e164, reading.kind) == ("+8562000000050", "simulated")
    assert read_phone("+856 20 00 000 012", simulated=True).e164 == "+8562000000012"


@given(st.text(max_size=80), st.sampled_from([None, "LA", "TH", "CN", "XX"]))
def test_no_text_raises_and_only_valid_numbers_come_out(text: str, sender: str | None) -> None:
    reading = read_phone(text, sender_country=sender)
    if reading.e164:
        assert phonenumbers.is_valid_number(phonenumbers.parse(reading.e164, None))


@pytest.mark.parametrize("country", sorted(REPLY_COUNTRIES))
def test_the_librarys_own_example_numbers_are_read_and_answered(country: str) -> None:
    example = phonenumbers.example_number_for_type(country, PhoneNumberType.MOBILE)
    assert example is not None
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert read_phone(e164).e164 == e164
    assert normalise_msisdn(e164).replyable


SENDERS = [
    ("+8562055512345", LAO, "ok"),
    ("8562055512345", LAO, "ok"),
    ("02055512345", LAO, "ok"),
    ("0085620 55512345", LAO, "ok"),
    ("+856 20 5551 2345", LAO, "ok"),
    ("٨٥٦٢٠٥٥٥١٢٣٤٥", LAO, "ok"),
    ("\uff0b8562055512345", LAO, "ok"),
    ("+໘໕໖໒໐໕໕໕໑໒໓໔໕", LAO, "ok"),
    ("\u2066+8562055512345\u2069", LAO, "ok"),
    ("+66812345678", "+66812345678", "ok"),
    ("66812345678", "+66812345678", "ok"),
    ("+84912345678", "+84912345678", "ok"),
    ("+8562000000050", "+8562000000050", "simulated"),
    ("8562000000000", "+8562000000000", "simulated"),
    ("+12025550123", "+12025550123", "country_not_allowed"),
    ("+4915112345678", "+4915112345678", "country_not_allowed"),
    ("+85621212345", "+85621212345", "type_not_allowed"),
    ("+979123456789", "+979123456789", "premium"),
    ("+881612345678", "+881612345678", "premium"),
    ("+856205551234", None, "not_valid"),
    ("+8562000000150", None, "not_valid"),
    ("1362", None, "short_code"),
    ("0000", None, "short_code"),
    ("LAOTELECOM", None, "alphanumeric"),
    ("Dtac 99", None, "alphanumeric"),
    ("ລາວໂທລະຄົມ", None, "alphanumeric"),
    ("tel:+8562055512345", None, "malformed"),
    ("whatsapp:+8562055512345", None, "malformed"),
    ("+8562055512345;ext=3", None, "malformed"),
    ("+85620555\x0012345", None, "malformed"),
    ("++8562055512345", None, "malformed"),
    ("", None, "malformed"),
    ("x" * 65, None, "malformed"),
]


@pytest.mark.parametrize(("raw", "e164", "reason"), SENDERS)
def test_a_sender_is_normalised_and_judged(raw: str, e164: str | None, reason: str) -> None:
    address = normalise_msisdn(raw)
    assert (address.e164, address.reason) == (e164, reason)
    assert address.replyable == (reason in ("ok", "simulated"))


def test_a_sender_without_a_number_is_still_told_from_others() -> None:
    assert normalise_msisdn("LaoTelecom ").identity == normalise_msisdn("LAOTELECOM").identity
    assert normalise_msisdn("LAOTELECOM").identity != normalise_msisdn("UNITEL").identity
    assert normalise_msisdn("02055512345").identity == LAO


def test_a_channel_in_thailand_resolves_thai_prefixes_first() -> None:
    assert normalise_msisdn("00166812345678", country="TH").e164 == "+66812345678"
    assert normalise_msisdn("0812345678", country="TH").e164 == "+66812345678"
    assert normalise_msisdn("00166812345678").e164 is None


@given(st.text(max_size=80))
def test_no_sender_raises(raw: str) -> None:
    address = normalise_msisdn(raw)
    assert address.replyable <= (address.e164 is not None)
    address.identity.encode("utf-8")


def test_numbers_stay_out_of_every_repr() -> None:
    assert "5551" not in repr(read_phone("02055512345")) + repr(normalise_msisdn("02055512345"))
    assert mask(LAO) == "..45"


def test_the_hundred_simulated_numbers() -> None:
    assert is_simulated("+8562000000000") and is_simulated("+8562000000099")
    assert not is_simulated("+8562000000100") and not is_simulated(LAO) and not is_simulated("+85620000000050")


def test_country_of_a_number() -> None:
    assert [country_of(number) for number in (LAO, "+66812345678", "+8562000000050", "x")] == ["LA", "TH", "LA", None]


def test_the_librarys_geocoder_is_never_loaded() -> None:
    assert "phonenumbers.geocoder" not in sys.modules
