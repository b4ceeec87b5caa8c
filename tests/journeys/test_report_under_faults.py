"""The same report while something breaks: a worker killed after its claim, an emptied queue server, two clocks."""

from collections import Counter
from collections.abc import Iterator

import pytest
from redis import Redis

from gateway.crash_points import KILLED
from tests.doubles.servers import running_valkey
from tests.support.child import ask
from tests.support.processes import READY, Demo, demo_folder
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.needs("valkey")]

MOTHER, FATHER, AUNT = "+8562055501244", "+8562055501245", "+8562055501246"
WEB = ("gunicorn", "-c", "python:gateway.web.gunicorn_conf", "gateway.web.wsgi:open_app()")


@pytest.fixture
def demo() -> Iterator[Demo]:
    with demo_folder() as found:
        yield found


def acknowledge(demo: Demo, code: str) -> None:
    """Let the desk accept and see that it counts."""
    assert code in demo.officer("053", f"OK {code}")["replies"][0]
    row = next(row for row in demo.rows("case", "list") if row["code"] == code)
    assert row["acknowledged_at"] is not None


def answers(url: str) -> bool:
    """Whether the web server is up."""
    try:
        return ask(f"{url}/healthz").status == 200
    except OSError:
        return False


def test_the_alerts_worker_is_killed_between_claim_and_send(demo: Demo) -> None:
    # The supervisor would restart a worker with the same fault, so the parts are started one by one.
    demo.start().stop()
    with running_valkey(demo.home / "queue") as (queue, _):
        demo.environment |= {"GATEWAY_MODE": "demo", "REDIS_URL": queue}
        demo.run(*WEB)
        demo.run("workers", "clock")
        doomed = demo.run("workers", "alerts", CRASH_AT="after-claim")
        until(lambda: answers(demo.url), 20, "the web server")
        with Redis.from_url(queue) as redis:
            until(lambda: redis.scard("rq:workers:alerts"), 20, "the alerts worker")
        for text in ("HELP", "2", "1"):
            demo.sms(MOTHER, text)
        assert until(doomed.child.poll, 20, "the worker's death") == KILLED
        demo.run("workers", "alerts")
        # A claim that may have led to a send is looked up, and sent again, a minute after its owner was found dead.
        until(lambda: row_of(demo)["state"] == "ambiguous", 20, "the claim to lapse", every=1)
        demo.advance("55s")
        code = demo.new_code("053", (), 30)
        assert Counter(text.count(code) > 0 for text in demo.inbox("053"))[True] == 1
        acknowledge(demo, code)


def row_of(demo: Demo) -> dict[str, object]:
    """Return the only alert."""
    [row] = demo.rows("messages", "list", "--kind", "alert")
    return row


def test_the_queue_server_is_emptied_and_nothing_is_lost(demo: Demo) -> None:
    demo.start()
    with Redis.from_url(demo.queue_url()) as redis:
        redis.flushall()
        for text in ("HELP", "2", "1"):
            demo.sms(FATHER, text)
            redis.flushall()
    code = demo.new_code("053", ())
    acknowledge(demo, code)
    acknowledge(demo, demo.danger(MOTHER))


def test_two_clocks_share_the_ladder(demo: Demo) -> None:
    demo.start()
    demo.run("workers", "clock", GATEWAY_MODE="demo", REDIS_URL=demo.queue_url())
    code = demo.danger(AUNT)
    demo.advance("40m")
    until(lambda: sum(code in text for text in demo.inbox("053")) >= 3, 20, "the ladder to climb")
    alerts = demo.rows("messages", "list", "--kind", "alert")
    assert max(Counter(row["step"] for row in alerts).values()) == 1
    view = demo.rows("case", "show", code)[0]
    steps = Counter((step["name"], step["round"]) for step in view["steps"])
    assert max(steps.values()) == 1
    acknowledge(demo, code)
    assert any(READY.search(line) for line in demo.processes[0].lines)
