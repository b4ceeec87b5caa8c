"""A process that is one real gateway: planted people report and officers note, all through its own doors, in debug."""

import json
import os
import shutil
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

from flask.testing import FlaskClient

from gateway.assembly import Replacements, build
from gateway.cli.backup import keep_safe
from gateway.cli.setting_up import make_stores, publish_shipped
from gateway.directory.post import Post
from gateway.ports.scope import EVERYWHERE
from gateway.services.installation import claim
from gateway.services.totp import code_at, step_of
from gateway.settings import make_home, read_settings
from gateway.store.backup import DATABASE, key_of, read, unpacked
from gateway.store.key_files import load_keys
from gateway.web.app import create_app
from gateway.wiring import Gateway
from tests.support.canaries import Planted
from tests.support.console import Person
from tests.support.scripted import HandClock

PASSPHRASE = "a long enough passphrase"
DISTRICT = "LA1704"


def main(home: Path) -> None:
    """Play everything, and leave copies of the databases as they lie while the gateway runs."""
    planted = [Planted(**one) for one in json.loads(sys.stdin.read())]
    settings = read_settings(os.environ, home)
    make_home(settings, least_free=0)
    make_stores(settings)
    clock = HandClock(datetime.now(UTC))
    gateway = build(settings, Replacements(clock=clock))
    claim(gateway.outside.store, settings.mode)
    publish_shipped(gateway)
    officer = planted.pop()
    appoint(gateway, officer)
    app = create_app(gateway)
    token = (settings.keys / "unitel.token").read_text("ascii").strip()
    for one in planted:
        report(gateway, app.providers.test_client(), token, one, officer)
    gateway.duties.tick()
    look(Person(app, None), gateway, planted)
    clock.at += timedelta(minutes=31)
    gateway.duties.tick()
    copy(gateway)
    gateway.close()


def appoint(gateway: Gateway, officer: Planted) -> None:
    """Put one officer on a post and give her an account."""
    now = gateway.outside.clock.now()
    post = Post(
        gateway.outside.chance.new_id(), "women_union", "district", DISTRICT, 1, "held", officer.note,
        (officer.sender,), answered_at=now,
    )  # fmt: skip
    with gateway.outside.store.writing() as work:
        work.directory.add_post(post, officer.sender, officer.note, "en")
    gateway.access.add_account("khamla", PASSPHRASE, frozenset({"officer"}), frozenset({DISTRICT}), "en", post.id)
    gateway.access.add_account("noy", PASSPHRASE, frozenset({"desk"}), language="en")


def report(gateway: Gateway, client: FlaskClient, token: str, one: Planted, officer: Planted) -> None:
    """Report with words and a number in them; the officer accepts and notes."""
    hear(client, token, one.sender, "HELP")
    hear(client, token, one.sender, "2")
    hear(client, token, one.sender, "1")
    hear(client, token, one.sender, one.story)
    hear(client, token, one.sender, f"{one.named} {one.story}")
    with gateway.outside.store.writing() as work:
        contact = work.people.lock(one.sender, gateway.outside.clock.now())
        work.people.save(replace(contact, language="en"))
        case = work.caseload.open_of(contact.id)
        assert case is not None
        answers: dict[str, str | tuple[str, ...]] = {"place": DISTRICT, "tell": ("women_union",)}
        gateway.inbound.conversing.effects.intake.update(work, case.code, answers, gateway.outside.clock.now())
    hear(client, token, officer.sender, f"OK {case.code}")
    hear(client, token, officer.sender, f"NOTE {case.code} {one.note}")


def hear(client: FlaskClient, token: str, sender: str, text: str) -> None:
    """Hand one text in as the operator does: once as it is, once again, once under a wrong token."""
    hear_number = hash((sender, text)) & 0xFFFFFFFF
    fields = {"from": sender, "to": "1234", "id": str(hear_number), "coding": "0", "charset": "UTF-8", "smsc": "unitel"}
    for secret in (token, token, "wrong"):
        path = f"/hooks/unitel/{secret}/inbound?{urlencode(fields)}"
        client.post(path, data=text.encode(), content_type="text/plain", base_url="http://localhost")


def look(person: Person, gateway: Gateway, planted: list[Planted]) -> None:
    """Let the desk search, open and read, and mistype a number where a code belongs."""
    person.base = "https://localhost"
    person.get("/sign-in?lang=en")
    person.enter("noy", PASSPHRASE)
    person.get("/account/second-factor")
    with gateway.outside.store.reading() as work:
        account = work.accounts.by_name("noy")
        factor = work.accounts.second_factor(account.id) if account else None
    assert factor is not None
    person.post("/account/second-factor", {"code": code_at(factor.secret, step_of(gateway.access.clock.now()))})
    with gateway.outside.store.reading() as work:
        codes = [line.code for line in work.caseload.lines(EVERYWHERE)]
    for code, one in zip(codes[:5], planted, strict=False):
        person.get(f"/cases/{code}")
        assert "quokka" in person.post(f"/cases/{code}/texts").text
        person.get(f"/cases?code={one.sender}")
        person.get(f"/cases/{one.story}")


def copy(gateway: Gateway) -> None:
    """Copy the SQLite files with their logs as they lie, back everything up, and open the backup as a finder would."""
    settings, file, keys = gateway.settings, gateway.settings.home / "gateway.backup", gateway.settings.home / "apart"
    if settings.sqlite:
        for path in settings.home.glob("*.db*"):
            shutil.copy(path, settings.home / f"{path.name}.copy")
    keep_safe(gateway, "data", settings.database_url, file, keep=1)
    keys.mkdir()
    keep_safe(gateway, "case-keys", settings.key_store_url, keys, keep=1)
    opened = settings.home / "opened"
    opened.mkdir()
    with unpacked(file, key_of(read(file), load_keys(settings.keys), None), opened):
        (settings.home / "gateway.backup.opened").write_bytes((opened / DATABASE).read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
