"""Makes the configured partners ready."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from gateway.exchange import Exchange
from gateway.integrations.partners.asking import Asker
from gateway.integrations.partners.primero import Primero
from gateway.integrations.partners.webhook import Webhook
from gateway.partner_entry import PartnerEntry, PartnerKind
from gateway.ports.partners import Partner

_BUILDERS: Final[Mapping[PartnerKind, Callable[[PartnerEntry, Asker], Partner]]] = MappingProxyType(
    {
        "webhook": lambda entry, asker: Webhook(entry.url, entry.secrets, asker),
        "primero": lambda entry, asker: Primero(entry.url, entry.user, entry.password, asker),
    }
)


def open_partners(entries: tuple[PartnerEntry, ...], *, demo: bool) -> dict[str, Partner]:
    """Return every partner by name; a demo knows those on this machine alone, everybody else those outside alone."""
    asker = Asker(Exchange(public_only=not demo))
    here = (entry for entry in entries if not demo or entry.url.startswith("http://127.0.0.1"))
    return {entry.name: _BUILDERS[entry.kind](entry, asker) for entry in here}
