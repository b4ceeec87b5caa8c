"""Every channel by name: what the contract tests go through."""

from collections.abc import Callable, Mapping

from tests.contracts.benches import Bench, simulator_bench, twilio_bench, ussd_bench
from tests.contracts.carrier_benches import africastalking_sms_bench, android_bench, jasmin_bench, kannel_bench
from tests.contracts.ussd_benches import generic_bench, hubtel_bench, infobip_bench, nalo_bench

BENCHES: Mapping[str, Callable[[], Bench]] = {
    "simulator": simulator_bench,
    "twilio": twilio_bench,
    "africastalking": ussd_bench,
    "kannel": kannel_bench,
    "jasmin": jasmin_bench,
    "africastalking_sms": africastalking_sms_bench,
    "android": android_bench,
    "hubtel": hubtel_bench,
    "infobip": infobip_bench,
    "nalo": nalo_bench,
    "generic": generic_bench,
}
