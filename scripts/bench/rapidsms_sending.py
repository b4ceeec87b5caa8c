"""RapidSMS's own bulk send, run by the Python of its own environment: its database router, one request a recipient.

    PYTHON -m scripts.bench.rapidsms_sending PORT RECIPIENTS DATABASE

Prints the seconds. Its rows are kept as ours are (SQLite, WAL, every commit on disk); its tasks run where they are
made, so no queue is paid for; its backend hands each number over by one request on a kept-alive connection, as the
backends for providers without a bulk call do.
"""

import sys
import time

import django
import requests
from celery import Celery
from django.conf import settings
from django.core.management import call_command
from rapidsms.backends.base import BackendBase
from rapidsms.router import send as send_to

TEXT = "Market day is on Friday. To end text STOP"
ON_DISK = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
APPS = ("django.contrib.contenttypes", "django.contrib.auth", "rapidsms", "rapidsms.router.db")


class Requests(BackendBase):  # type: ignore[misc]  # RapidSMS has no types
    """Hand each text over by one request."""

    def configure(self, url: str, **_others: object) -> None:
        """Keep one connection."""
        self.url, self.line = url, requests.Session()
        self.line.trust_env = False

    def send(self, id_: object, text: str, identities: list[str], context: object = None) -> None:
        """Send to every number, one after the other."""
        for number in identities:
            self.line.post(self.url, {"To": number, "From": "1234", "Body": text}).raise_for_status()


def prepare(port: int, database: str) -> None:
    """Configure Django and RapidSMS and make the tables."""
    settings.configure(
        SECRET_KEY="bench",
        INSTALLED_APPS=APPS,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": database,
                "OPTIONS": {"init_command": ON_DISK, "transaction_mode": "IMMEDIATE"},
            }
        },
        RAPIDSMS_ROUTER="rapidsms.router.db.DatabaseRouter",
        INSTALLED_BACKENDS={"bench": {"ENGINE": f"{__name__}.Requests", "url": f"http://127.0.0.1:{port}/x"}},
        LOGGING_CONFIG=None,
        USE_TZ=True,
    )
    django.setup()


def send(recipients: int) -> float:
    """Write the people down and send; return the seconds of sending."""
    from rapidsms.models import Backend, Connection  # noqa: PLC0415  # its tables exist once Django is set up

    Celery("bench", broker="memory://").conf.task_always_eager = True
    call_command("migrate", verbosity=0)
    backend = Backend.objects.create(name="bench")
    numbers = (f"+85620{50_000_000 + number}" for number in range(recipients))
    Connection.objects.bulk_create([Connection(backend=backend, identity=number) for number in numbers])
    began = time.monotonic()
    send_to(TEXT, Connection.objects.all())
    return time.monotonic() - began


if __name__ == "__main__":
    prepare(int(sys.argv[1]), sys.argv[3])
    print(send(int(sys.argv[2])))
