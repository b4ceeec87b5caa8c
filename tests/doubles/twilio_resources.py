"""What the stand-in for Twilio shows, as the provider's own description has it: a message, a page, an error."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import urlencode

VERSION = "2010-04-01"
FAILED = frozenset({"failed", "undelivered", "canceled"})
MOST_ON_A_PAGE = 1000


def message(
    account: str,
    sid: str,
    *,
    sender: str,
    to: str,
    body: str,
    status: str,
    direction: str,
    error: int | None,
    at: float,
) -> dict[str, object]:
    """Return a message resource; ``sender`` may be a Messaging Service: no segments before it has chosen a number."""
    uri, service = f"/{VERSION}/Accounts/{account}/Messages/{sid}", sender.startswith("MG")
    day = format_datetime(datetime.fromtimestamp(at, UTC))
    return {
        "account_sid": account,
        "api_version": VERSION,
        "body": body,
        "date_created": day,
        "date_sent": None if status == "queued" else day,
        "date_updated": day,
        "direction": direction,
        "error_code": error,
        "error_message": "not delivered" if error and status in FAILED else None,
        "from": None if service else sender,
        "messaging_service_sid": sender if service else None,
        "num_media": "0",
        "num_segments": "0" if service and status == "queued" else "1",
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "status": status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": to,
        "uri": f"{uri}.json",
    }


def page(path: str, query: Mapping[str, str], messages: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return one page of ``messages``, and where the next one is."""
    size = min(int(query.get("PageSize", "50")), MOST_ON_A_PAGE)
    number = int(query.get("Page", "0"))
    here = messages[number * size : (number + 1) * size]

    def uri(wanted: int) -> str:
        kept = {name: value for name, value in query.items() if name not in ("Page", "PageSize", "PageToken")}
        return f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': wanted, 'PageToken': f'PASM{wanted}'})}"

    return {
        "end": number * size + max(len(here) - 1, 0),
        "first_page_uri": uri(0),
        "messages": here,
        "next_page_uri": uri(number + 1) if (number + 1) * size < len(messages) else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        "start": number * size,
        "uri": uri(number),
    }


def error(status: int, code: int, words: str) -> dict[str, object]:
    """Return what a refusal says."""
    return {"code": code, "message": words, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
