"""Whether, how plainly and when a person may be written to without bringing harm."""

from datetime import datetime, timedelta, tzinfo

from gateway.contacts.contact import Contact, Hours


def within_hours(hours: Hours, now: datetime, tz: tzinfo) -> bool:
    """Whether ``now`` (aware) lies in the window of local ``hours``; (22, 6) runs over midnight, (0, 24) is always."""
    start, end = hours
    hour = now.astimezone(tz).hour
    return start <= hour < end if start <= end else hour >= start or hour < end


def may_write_unasked(contact: Contact, now: datetime, tz: tzinfo) -> bool:
    """Whether a text about a report may reach this person now without her having just written.

    Every answer must have been given: the phone is only hers, SMS is welcome, and this is one of her hours. What was
    not answered counts as no. Having stopped broadcasts does not end news of one's own case.
    """
    if contact.safety != "safe" or contact.contact_ok != "sms" or contact.hours is None:
        return False
    return within_hours(contact.hours, now, tz)


def next_allowed(contact: Contact, now: datetime, tz: tzinfo) -> datetime | None:
    """First moment from ``now`` on when ``may_write_unasked`` holds, to the hour; None if it never does."""
    if may_write_unasked(contact, now, tz):
        return now
    whole = now.replace(minute=0, second=0, microsecond=0)
    later = (whole + timedelta(hours=ahead) for ahead in range(1, 25))
    return next((moment for moment in later if may_write_unasked(contact, moment, tz)), None)


def allowed_until(contact: Contact, now: datetime, most: timedelta, tz: tzinfo) -> datetime:
    """Until when a text that leaves now may still arrive: ``most`` from now, or sooner the end of her hours."""
    whole = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    ends = contact.hours is not None and not within_hours(contact.hours, whole, tz)
    return min(now + most, whole) if ends else now + most


def may_call(contact: Contact, now: datetime, tz: tzinfo) -> bool:
    """Whether an officer may call back now: a call was agreed, the phone is not unsafe, and this is her hour."""
    if contact.contact_ok != "call" or contact.safety == "unsafe" or contact.hours is None:
        return False
    return within_hours(contact.hours, now, tz)
