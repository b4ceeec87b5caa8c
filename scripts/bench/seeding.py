"""Many invented people for a measurement: valid rows written in bulk, as an import would leave them."""

from gateway.store.schema.talk import CONTACT
from gateway.store.unit_of_work import SqlStore
from gateway.wiring import Gateway

AT_A_TIME = 5_000


def people(gateway: Gateway, count: int, district: str) -> None:
    """Write ``count`` people of a district who agreed to broadcasts, half of them readers of Lao; then ANALYZE."""
    outside, now = gateway.outside, gateway.outside.clock.now()
    store = outside.store
    assert isinstance(store, SqlStore)
    keyring, made = store._keyring, 0
    while made < count:
        rows = []
        for number in range(made, min(made + AT_A_TIME, count)):
            contact, phone = outside.chance.new_id(), f"+85620{50_000_000 + number}"
            rows.append(
                {
                    "id": contact,
                    "msisdn_ct": keyring.seal(phone, "contact", contact, "msisdn"),
                    "msisdn_index": keyring.index(phone),
                    "language": "lo" if number % 2 else "en",
                    "district": district,
                    "province": district[:4],
                    "safety": "unknown",
                    "opted_in": True,
                    "tags": [],
                    "created_at": now,
                    "last_message_at": now,
                }
            )
        with store.writing() as work:
            work.tx.connection.execute(CONTACT.insert(), rows)
        made += len(rows)
    with store.writing() as work:
        work.tx.connection.exec_driver_sql("ANALYZE")
