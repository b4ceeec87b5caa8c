"""From files to what villagers hear: one person proposes, a second one approves exactly that, either goes back."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from gateway.conversation.canonical import read_bundle, sha256
from gateway.conversation.library import Bundle
from gateway.conversation.versions import misfits
from gateway.errors import Conflict, Damaged, NotFound
from gateway.ports.bundle_book import Edition, Inside, Move, People
from gateway.ports.outside import Outside
from gateway.ports.unit_of_work import UnitOfWork
from gateway.services.journal import live_of, standing
from gateway.services.roles import MAY

WRITE, APPROVE, ROLL_BACK = "flows:write", "flows:approve", "flows:rollback"
INSTALLER = "installer"
PSEUDO = "_"  # bundles of shared texts and of words, which nobody stands in, begin so


@dataclass(frozen=True, slots=True)
class Draft:
    """What is proposed: documents by name, what lint and stories said of them, and what happens to people inside."""

    documents: Mapping[str, str]
    note: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)
    cost: Mapping[str, Any] = field(default_factory=dict)
    people: People = "keep"
    steps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Publishing:
    """Every step is a row of the audit in the transaction of what it tells of."""

    outside: Outside

    def propose(self, draft: Draft, author: str) -> str:
        """Store a proposal under its exact hash and return it; Conflict when it is not green or changes nothing."""
        now = self.outside.clock.now()
        if not draft.report.get("green"):
            raise Conflict("Lint and stories have to be green first.")
        with self.outside.store.writing() as work:
            role = require(work, author, WRITE)
            edition = self._stored(work, draft, author, now)
            live = live_of(work.bundles.moves())
            if edition.parts == live:
                raise Conflict("Nothing has changed since the last publication.")
            if any(name.startswith(PSEUDO) for name in live.keys() - edition.parts.keys()):
                raise Conflict("The shared texts or the words are missing.")
            check_steps(work, edition, live)
            work.bundles.propose(edition)
            work.audit.append(now, author, role, "content.proposed", edition.hash)
        return edition.hash

    def _stored(self, work: UnitOfWork, draft: Draft, author: str, now: datetime) -> Edition:
        parts = {name: sha256(document) for name, document in sorted(draft.documents.items())}
        for name, hash_ in parts.items():
            work.bundles.keep(hash_, name, draft.documents[name], now)
        return Edition(
            edition_hash(parts, draft.people, draft.steps), parts, author, draft.note, now, work.bundles.version(),
            draft.people, dict(draft.steps), draft.report, draft.cost,
        )  # fmt: skip

    def approve(self, hash_: str, approver: str) -> Edition:
        """Let a second person put an edition live; Conflict for its author, or when another went live meanwhile."""
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            role = require(work, approver, APPROVE)
            edition = work.bundles.edition(hash_)
            if edition is None:
                raise NotFound
            if approver == edition.author:
                raise Conflict(f"Somebody else has to approve this: {approver} proposed it.")
            if edition.base != work.bundles.version():
                raise Conflict("Something else went live since it was proposed. Propose it again.")
            verify(work, edition)
            check_steps(work, edition, live_of(work.bundles.moves()))
            if edition.approver is None:
                work.bundles.approve(edition.hash, approver, now)
            self._go_live(work, edition, approver, role, now)
        self.outside.meter.event("content_published", edition=edition.hash)
        return replace(edition, approver=edition.approver or approver, approved_at=edition.approved_at or now)

    def _go_live(self, work: UnitOfWork, edition: Edition, actor: str, role: str, now: datetime) -> None:
        live = live_of(work.bundles.moves())
        move = Move("", None, edition.hash, "published", actor, now, edition.people, edition.steps)
        names = sorted(live.keys() | edition.parts.keys())
        work.bundles.move([
            replace(move, name=name, bundle=edition.parts.get(name))
            for name in names if live.get(name) != edition.parts.get(name)
        ])  # fmt: skip
        work.audit.append(now, actor, role, "content.published", edition.hash)

    def install(self, documents: Callable[[], Mapping[str, str]]) -> bool:
        """Put what is shipped live where nothing ever was; the installer is recorded as such. True when it was new."""
        now = self.outside.clock.now()
        with self.outside.store.reading() as work:
            if work.bundles.version():
                return False
        draft = Draft(documents(), "shipped with the gateway")
        with self.outside.store.writing() as work:
            if work.bundles.version():
                return False
            edition = self._stored(work, draft, INSTALLER, now)
            work.bundles.propose(edition)
            work.bundles.approve(edition.hash, INSTALLER, now)
            first = Move("", None, edition.hash, "installed", INSTALLER, now)
            work.bundles.move([replace(first, name=name, bundle=hash_) for name, hash_ in edition.parts.items()])
            work.audit.append(now, INSTALLER, INSTALLER, "content.installed", edition.hash)
        return True

    def roll_back(self, names: Sequence[str], actor: str, people: People = "keep") -> tuple[Move, ...]:
        """Put back what was live before, for some names, or without any for all that the last publication moved.

        With a flow go the bundles that hold it, or people would meet it there. People inside keep the version they
        stand in, or it is withdrawn. Conflict when there is nothing to go back to.
        """
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            role = require(work, actor, ROLL_BACK)
            journal = work.bundles.moves()
            all_with = sorted({one for name in names for one in holders(work, journal, name)})
            moves = [
                Move(name, before.bundle if before else None, last.edition, "rolled_back", actor, now, people)
                for name in all_with or last_moved(journal)
                for last, before in (undoable(journal, name),)
            ]
            if not moves:
                raise Conflict("There is nothing to go back to.")
            work.bundles.move(moves)
            for move in moves:
                work.audit.append(now, actor, role, "content.rolled_back", f"{move.name}:{move.bundle or '-'}")
        self.outside.meter.event("content_rolled_back", names=",".join(move.name for move in moves))
        return tuple(moves)

    def inside(self) -> tuple[Inside, ...]:
        """Count who waits at which step of which bundle."""
        with self.outside.store.reading() as work:
            return work.bundles.inside()


def edition_hash(parts: Mapping[str, str], people: People, steps: Mapping[str, str]) -> str:
    """Return the hash that a second person approves: every bundle, and what happens to people inside."""
    record = {"parts": dict(sorted(parts.items())), "people": people, "steps": dict(sorted(steps.items()))}
    return sha256(json.dumps(record, separators=(",", ":")))


def require(work: UnitOfWork, name: str, permission: str) -> str:
    """Return an account's roles for the audit; Conflict when it is not there, is disabled, or has none for this."""
    account = work.accounts.by_name(name)
    roles = [role for role, allowed in MAY.items() if permission in allowed]
    if account is None or account.disabled or account.roles.isdisjoint(roles):
        raise Conflict(f"{name} cannot take this step: it needs the role {' or '.join(sorted(roles))}.")
    return ",".join(sorted(account.roles))


def verify(work: UnitOfWork, edition: Edition) -> None:
    """Refuse an edition whose hash, or the hash of any of its bundles, is not that of what is stored."""
    if edition_hash(edition.parts, edition.people, edition.steps) != edition.hash:
        raise Damaged("an edition is not what its hash says")
    documents = work.bundles.documents(sorted(set(edition.parts.values())))
    for name, hash_ in edition.parts.items():
        if sha256(documents.get(hash_, "")) != hash_:
            raise Damaged(f"the bundle of {name} is not what its hash says")


def check_steps(work: UnitOfWork, edition: Edition, live: Mapping[str, str]) -> None:
    """Refuse a map of steps whose values or codes differ: who waits there would answer another question."""
    if bool(edition.steps) != (edition.people == "map"):
        raise Conflict("Steps are named when people are to be mapped, and only then.")
    problems: list[str] = []
    for old, new in edition.steps.items():
        flow, _, step = old.rpartition(".")
        to_flow, _, to_step = new.rpartition(".")
        if not flow or flow != to_flow or flow not in live or flow not in edition.parts:
            problems.append(f"{old}={new}: both are steps of one flow, written flow.step")
            continue
        before, after = _bundle(work, live[flow]), _bundle(work, edition.parts[flow])
        problems += misfits(before.flows[flow], step, after.flows[flow], to_step)
    if problems:
        raise Conflict("People cannot be mapped: " + "; ".join(problems))


def _bundle(work: UnitOfWork, hash_: str) -> Bundle:
    return read_bundle(work.bundles.documents([hash_]).get(hash_, ""), hash_)


def holders(work: UnitOfWork, journal: Sequence[Move], name: str) -> list[str]:
    """Return the names that go back together with one: itself, and every flow in whose bundle it is."""
    live = live_of(journal)
    with_it = [name, *(
        other for other, hash_ in live.items()
        if other != name and not other.startswith(PSEUDO) and name in _bundle(work, hash_).flows
    )]  # fmt: skip
    last = undoable(journal, name)[0]
    later = [other for other in with_it if not together(undoable(journal, other)[0], last)]
    if later:
        raise Conflict(f"{name} is part of {', '.join(later)}, which went live at another time. Roll that back first.")
    return with_it


def last_moved(journal: Sequence[Move]) -> list[str]:
    """Return the names that the last publication still standing moved."""
    tops = [stack[-1] for name in {move.name for move in journal} if (stack := standing(journal, name))]
    newest = max((top for top in tops if top.why == "published"), key=lambda top: top.number, default=None)
    return sorted(top.name for top in tops if newest is not None and together(top, newest))


def together(one: Move, other: Move) -> bool:
    """Say whether two moves are of one publication; an edition may have gone live more than once."""
    return (one.edition, one.at) == (other.edition, other.at)


def undoable(journal: Sequence[Move], name: str) -> tuple[Move, Move | None]:
    """Return the move of a name that a rollback undoes, and the one before it; a flow that was new then goes.

    Conflict when there was nothing before: what went live first stays.
    """
    stack = standing(journal, name)
    if not stack or (len(stack) == 1 and stack[-1].edition == journal[0].edition):
        raise Conflict(f"There is nothing to go back to for {name}.")
    return stack[-1], stack[-2] if len(stack) > 1 else None
