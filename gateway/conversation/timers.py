"""Silence: which timers a turn starts, what they do when they fire, and when nobody may be written to."""

import hashlib
from datetime import datetime, timedelta
from typing import Final

from gateway.conversation.flow import ASKING, Step
from gateway.conversation.run import Run
from gateway.conversation.session import Session
from gateway.conversation.stimulus import Stimulus
from gateway.conversation.turn import CancelTimers, StartTimer
from gateway.conversation.walking import walk

USSD_EXPIRES: Final = timedelta(minutes=10)
LATE: Final = timedelta(hours=12)
_JITTER_SECONDS: Final = 3600
_LONGEST: Final = timedelta(days=90)


def misses(session: Session, stimulus: Stimulus, *, withdrawn: bool) -> bool:
    """Say whether a stimulus no longer fits: a timer of another turn, a release where nobody took over, and the like.

    Only a session of a ``withdrawn`` version is recalled.
    """
    if stimulus.kind == "timer":
        return session.status == "ended" or stimulus.turn != session.turn
    if stimulus.kind == "start":
        return bool(session.step)  # it has begun already
    if stimulus.kind == "release":
        return session.status != "handoff"
    if stimulus.kind == "recall":
        return not withdrawn
    return stimulus.kind in ("cut", "missed_call", "undeliverable")


def fire(run: Run) -> None:
    """Do what a timer was started for; a session that expires says nothing."""
    step = run.step
    run.unasked = True
    run.note("timer", run.stimulus.timer)
    if run.stimulus.timer == "expires":
        run.change(status="ended", asking=())
        run.emit(CancelTimers())
    elif run.stimulus.timer == "no_reply" and step is not None and step.no_reply is not None:
        run.leave_by("no_reply")
        walk(run, step.no_reply.then)
    elif run.stimulus.timer == "wait" and step is not None and step.kind == "wait":
        run.leave_by("then")
        walk(run, step.then)


def hushed(run: Run) -> bool:
    """Say whether a text that nobody just asked for must stay unsaid."""
    late = run.stimulus.due is not None and run.now - run.stimulus.due > LATE
    unsafe = run.flow.protects and run.session.mode != "open"
    return late or unsafe or run.session.mode == "silent" or not run.stimulus.may_write


def start(run: Run) -> None:
    """Start the timers of a session that waits; after duress there are none, and the session ends by its date alone."""
    session = run.session
    if session.status == "ended":
        return
    turn = session.turn
    expires = run.now + (USSD_EXPIRES if run.on_ussd else timedelta(seconds=run.flow.expires) + _jitter(session.id))
    if session.status == "handoff" and session.expires is not None:
        expires = min(expires, session.expires)  # set at the hand-over; texts to the person do not renew it
    step = run.step
    pause = _pause(run, step) if step is not None and step.kind == "wait" else None
    if pause is not None:
        expires = max(expires, pause + timedelta(hours=1))
    if session.opened is not None:
        expires = min(expires, session.opened + _LONGEST)
    run.change(expires=expires)
    if session.duress:
        return
    silent = run.on_ussd or session.mode == "silent" or session.status == "handoff"
    if step is not None and step.kind in ASKING and step.no_reply is not None and not silent:
        run.emit(StartTimer("no_reply", run.now + timedelta(seconds=step.no_reply.after), turn))
    if pause is not None:
        run.emit(StartTimer("wait", pause, turn))
    run.emit(StartTimer("expires", expires, turn))


def _jitter(session_id: str) -> timedelta:
    """Spread the ends of sessions that began together over an hour."""
    return timedelta(seconds=int(hashlib.sha256(session_id.encode()).hexdigest()[:8], 16) % _JITTER_SECONDS)


def _pause(run: Run, step: Step) -> datetime:
    """Return when a pause is over: after a while, at a time of day, or on a day that a value holds."""
    if step.pause:
        return run.now + timedelta(seconds=step.pause)
    local = run.now.astimezone(run.library.zone)
    if step.until:
        hour, minute = (int(part) for part in step.until.split(":"))
        due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
        due = due if due > local else due + timedelta(days=1)
    else:
        day = datetime.fromisoformat(run.values.get(step.until_value) or local.date().isoformat())
        due = day.replace(tzinfo=local.tzinfo, hour=local.hour, minute=local.minute)
    due = due.astimezone(run.now.tzinfo)
    return max(due, run.now + timedelta(minutes=1))
