"""Counts of what lies under the server's own keys, class by class."""

from sqlalchemy import func, select

from gateway.store.schema.casework import CASES, RELAY_TEXT
from gateway.store.schema.desk import POST_HOLDER
from gateway.store.schema.learning import SURVEY_ANSWER
from gateway.store.schema.partners import PUSH
from gateway.store.schema.sending import OUTBOX
from gateway.store.schema.simulation import SIMULATED_TEXT
from gateway.store.schema.talk import CONTACT, INBOUND, SESSION, SMPP_ARRIVAL
from gateway.store.transaction import Repository

_CLASSES = {
    "phone numbers": select(func.count()).where(CONTACT.c.msisdn_ct != ""),
    "names of post holders": select(func.count()).select_from(POST_HOLDER),
    "links from a case to a phone": select(func.count()).where(CASES.c.contact_id.is_not(None)),
    "answers of cases, as codes": select(func.count()).where(CASES.c.deidentified_at.is_(None)),
    "texts that came in": select(func.count()).where(INBOUND.c.body_ct.is_not(None)),
    "stored replies": select(func.count()).where(INBOUND.c.reply_ct.is_not(None)),
    "texts that went out": select(func.count()).where(OUTBOX.c.body_ct.is_not(None)),
    "conversations under way": select(func.count()).select_from(SESSION),
    "parts of long texts": select(func.count()).where(SMPP_ARRIVAL.c.body_ct.is_not(None)),
    "officers' words that wait for a person": select(func.count()).where(RELAY_TEXT.c.body_ct.is_not(None)),
    "facts that wait for a partner": select(func.count()).where(PUSH.c.body_ct.is_not(None)),
    "typed answers of surveys": select(func.count()).where(SURVEY_ANSWER.c.value_ct.is_not(None)),
    "texts of simulated phones": select(func.count()).select_from(SIMULATED_TEXT),
}


class SqlExposure(Repository):
    """What could be read here (gateway.ports.exposure)."""

    __slots__ = ()

    def counts(self) -> dict[str, int]:
        """Return how many there are of each class."""
        return {name: self.tx.connection.execute(query).scalar_one() for name, query in _CLASSES.items()}
