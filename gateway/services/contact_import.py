"""Imports lists of contacts: the whole file is read first, nothing is stored before a person accepts what it showed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo
from hashlib import sha256
from itertools import islice
from typing import Final

from gateway.contacts.cells import Reason
from gateway.contacts.contact import LANGUAGES
from gateway.contacts.importing import Event, FileRefused, Newcomer, State, after, read_header
from gateway.contacts.seen import SeenNumbers
from gateway.errors import Conflict
from gateway.ports.content import Content
from gateway.ports.import_book import Job, Wording
from gateway.ports.outside import Outside
from gateway.ports.tables import ReadTable, Table
from gateway.ports.unit_of_work import Store, UnitOfWork
from gateway.services.contact_rows import Kind, Reading, RowReader

AGREED_TO: Final = "consent.broadcasts"
"""The message that says what a yes in a list is a yes to."""
MOST_ROWS: Final = 1_000_000
MOST_FLAWS: Final = 10_000
CHECKED_AT_ONCE, TAKEN_AT_ONCE = 1_000, 1_000
SLICE: Final = timedelta(minutes=1)  # at one file, once its rows up to where it stopped are passed
RUSHES: Final = 3  # tries of a batch while somebody of it writes to the gateway this very moment
STALE: Final = timedelta(hours=24)  # a file that nobody accepted is forgotten


@dataclass(frozen=True, slots=True)
class ContactImport:
    """Every step of an import; ``opens`` opens the stored file of a job.

    ``simulated``: the reserved numbers of the demo are taken, too.
    """

    outside: Outside
    content: Content
    zone: tzinfo
    opens: Callable[[Store, str], ReadTable]
    simulated: bool = False

    def begin(self, name: str, file_sha256: str, actor: str, wording: str = AGREED_TO, *, stored: bool = False) -> Job:
        """Return the job of a file: the unfinished one of the same bytes, or a new one.

        Conflict for a wording that no message says.
        """
        self._wording(wording)
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            job = work.imports.of_file(file_sha256)
            if job is None or (job.wording, job.stored) != (wording, stored):
                new_id = self.outside.chance.new_id()
                state: State = "sending" if stored else "checking"
                job = Job(new_id, file_sha256, name, state, wording, actor, now, now, stored=stored)
                work.imports.add(job)
        return job

    def sent(self, job_id: str) -> None:
        """Let a worker read a file whose pieces are all stored."""
        with self.outside.store.writing() as work:
            job = work.imports.get(job_id)
            if job.state == "sending":
                work.imports.save(job, replace(job, state=after(job.state, "sent")))
        self.outside.wakeup.wake("chores")

    def go_on(self, job_id: str, read: ReadTable, most: int = MOST_ROWS) -> Iterator[Job]:
        """Read a file, or take it when it was accepted, at most ``most`` rows further; yields the job batch by batch.

        May be broken off and killed anywhere: what was taken counts, and the next call goes on after it.
        """
        with self.outside.store.reading() as work:
            job = work.imports.get(job_id)
            reader = self._reader(work, job)
        at_once = {"checking": CHECKED_AT_ONCE, "accepted": TAKEN_AT_ONCE}.get(job.state)
        if at_once is None:
            return
        until, kinds = job.done + most, Counter[Kind]()
        try:
            table = read()
            job = replace(job, format=table.form)
            for batch in _batches(self._readings(job, table, reader, kinds), at_once):
                if job.done >= until:  # asked of the next batch: a file that ends just here is at its end
                    return
                job = self._count(job, batch) if job.state == "checking" else self._take(job, batch)
                yield job
            job = self._end(job, kinds)
        except FileRefused as refused:
            job = self._refuse(job, refused)
        yield job

    def work_off(self, most: int = MOST_ROWS) -> int:
        """Take every stored file further, for a minute at most, and forget those nobody accepted; return the rows."""
        self.forget_old()
        with self.outside.store.reading() as work:
            waiting = work.imports.waiting()
        rows = 0
        for job in waiting:
            try:
                came_to = self._further(job, self.opens(self.outside.store, job.id), most)
            except Conflict as conflict:  # another worker is at it, or the file changed its state
                self._leave(job, conflict)
                continue
            rows += came_to - job.done
        if rows:
            self.outside.wakeup.wake("chores")
        return rows

    def _further(self, job: Job, read: ReadTable, most: int) -> int:
        """Go on with a job until a minute after its first batch; return the row it came to."""
        until, came_to = None, job.done
        for step in self.go_on(job.id, read, most):
            now = self.outside.clock.now()
            until, came_to = until or now + SLICE, max(came_to, step.done, step.rows)
            if now >= until:
                break
        return came_to

    def accept(self, job_id: str, by: str) -> Job:
        """Let a file in that was read: every row but those that cannot be taken."""
        return self._move(job_id, by, "accept")

    def drop(self, job_id: str, by: str) -> Job:
        """Give a file up; nothing of it stays."""
        return self._move(job_id, by, "drop")

    def repair(self, job_id: str, line: int, column: str, text: str, by: str) -> Reason | None:
        """Put ``text`` in the place of a cell that cannot be taken; return why that cannot be taken either, or None.

        A row whose cells are all repaired counts as good; that it names a number twice shows when it is taken. Conflict
        once the file was accepted.
        """
        typed = text.strip()
        with self.outside.store.writing() as work:
            job = work.imports.get(job_id)
            reason = self._reader(work, job).judge(column, typed)
            if job.state != "checked":
                raise Conflict("A cell is repaired after the file was read and before it is accepted.")
            if reason is None:
                work.imports.repair(job_id, line, column, typed, by)
                flawed = work.imports.open_rows(job_id)
                work.imports.save(job, replace(job, flawed=flawed, good=job.good + job.flawed - flawed))
        return reason

    def forget_old(self) -> int:
        """Give up files that nobody accepted within a day; return how many."""
        before = self.outside.clock.now() - STALE
        with self.outside.store.reading() as work:
            old = work.imports.idle_since(before)
        dropped = 0
        for job in old:
            try:
                self._move(job.id, "gateway", "drop")
                dropped += 1
            except Conflict as conflict:  # another worker was faster, or somebody accepts it this very moment
                self._leave(job, conflict)
        return dropped

    def _leave(self, job: Job, conflict: Conflict) -> None:
        """Note that a file is left as it is, so that the others do not wait for it."""
        self.outside.meter.event("import_left", job=job.id, told=type(conflict).__name__)

    def _reader(self, work: UnitOfWork, job: Job) -> RowReader:
        """Return who reads the rows of a job; of whoever works for some places it takes the people of these alone."""
        account = work.accounts.by_name(job.actor)
        within = account.places if account else frozenset[str]()
        places, repairs = self.content.library().places, work.imports.repairs(job.id)
        return RowReader({}, places, self._today(), repairs, self.simulated, within)

    def _readings(self, job: Job, table: Table, reader: RowReader, kinds: Counter[Kind]) -> Iterator[Reading]:
        """Yield what the rows after ``job.done`` say; those before them are read again for the numbers they named.

        ``kinds`` counts them all.
        """
        seen, reader = SeenNumbers(), replace(reader, header=read_header(table.header))
        if job.state == "checking" and reader.within and "district" not in reader.header:
            raise FileRefused("no_district_column")
        for count, (line, cells) in enumerate(table.rows, 1):
            if count > MOST_ROWS:
                raise FileRefused("too_many_rows", str(MOST_ROWS))
            reading = reader.read(line, cells, seen.add)
            kinds[reading.kind] += 1
            if count > job.done:
                yield reading

    def _count(self, job: Job, batch: list[Reading]) -> Job:
        """Note what a batch would bring, and the cells that cannot be taken."""
        kinds = [reading.kind for reading in batch]
        counted = replace(
            job,
            done=job.done + len(batch),
            good=job.good + kinds.count("good"),
            flawed=job.flawed + kinds.count("flawed"),
            without_consent=job.without_consent + kinds.count("without_consent"),
            repeated=job.repeated + kinds.count("repeated"),
        )
        if counted.flawed > MOST_FLAWS:
            raise FileRefused("too_many_flaws", str(MOST_FLAWS))
        shown = [flaw for reading in batch for flaw in reading.flaws if reading.kind == "flawed"]
        again = [flaw for reading in batch for flaw in reading.flaws if reading.kind == "repeated"]
        with self.outside.store.writing() as work:
            work.imports.add_flaws(job.id, [*shown, *again[: max(0, MOST_FLAWS - job.repeated)]])
            work.imports.save(job, counted)
        return counted

    def _take(self, job: Job, batch: list[Reading]) -> Job:
        """Store what a batch says, with how far the file has come, in one transaction."""
        people = [one for reading in batch if (one := _stored(reading)) is not None]
        wording = self._wording(job.wording)
        for rush in range(RUSHES):
            try:
                with self.outside.store.writing() as work:
                    unchanged = job.unchanged + work.newcomers.take(people, wording, self.outside.clock.now())
                    taken = replace(job, done=job.done + len(batch), unchanged=unchanged)
                    work.imports.save(job, taken)
                    self.outside.reach("import-batch")
                return taken
            except Conflict:
                if rush == RUSHES - 1:
                    raise
        return job

    def _end(self, job: Job, kinds: Counter[Kind]) -> Job:
        """Move a job whose file is at its end: to be accepted, or done, with what its rows came to be."""
        if job.state == "checking":
            ended = replace(job, state=after(job.state, "read"), rows=job.done, done=0)
        else:
            ended = replace(
                job,
                state=after(job.state, "finish"),
                good=kinds["good"],
                flawed=kinds["flawed"],
                without_consent=kinds["without_consent"],
                repeated=kinds["repeated"],
            )
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            work.imports.save(job, ended)
            if ended.state == "done":
                work.imports.forget_file(job.id)
                work.audit.append(now, job.actor, "manager", "contacts.imported", job.id)
        return ended

    def _refuse(self, job: Job, refused: FileRefused) -> Job:
        """End a job whose file cannot be read; one that was accepted and has changed since is not taken further."""
        if job.state != "checking":
            raise refused
        named = job.name.lower().endswith(".xlsx") and job.format != "XLSX"
        reason = "no_workbook" if named and refused.reason == "no_phone_column" else refused.reason
        ended = replace(job, state=after(job.state, "refuse"), refusal=f"{reason} {refused.where}".strip())
        with self.outside.store.writing() as work:
            work.imports.save(job, ended)
            work.imports.forget_file(job.id)
        return ended

    def _move(self, job_id: str, by: str, event: Event) -> Job:
        now = self.outside.clock.now()
        with self.outside.store.writing() as work:
            job = work.imports.get(job_id)
            moved = replace(job, state=after(job.state, event))
            work.imports.save(job, moved)
            if event == "drop":
                work.imports.forget_file(job_id)
            said = {"accept": "contacts.import_accepted", "drop": "contacts.import_dropped"}[event]
            work.audit.append(now, by, "manager", said, job_id)
        if moved.stored:
            self.outside.wakeup.wake("chores")
        return moved

    def _today(self) -> date:
        return self.outside.clock.now().astimezone(self.zone).date()

    def _wording(self, message: str) -> Wording:
        """Return what people agreed to, with the hash of its text in each language; Conflict when nobody wrote it."""
        catalogue = self.content.catalogue()
        if not catalogue.has("lo", message):
            raise Conflict("There is no such wording of consent: name a message that says what people agreed to.")
        texts = {language: catalogue.get(language, message).text for language in LANGUAGES}
        return Wording(message, {language: sha256(text.encode()).hexdigest() for language, text in texts.items()})


def _batches(readings: Iterator[Reading], size: int) -> Iterator[list[Reading]]:
    while batch := list(islice(readings, size)):
        yield batch


def _stored(reading: Reading) -> Newcomer | None:
    """Return whom a row brings: of a number named above only a no still counts."""
    one = reading.newcomer
    if one is None or not one.answers:
        return None
    return None if reading.kind == "repeated" and one.agrees else one
