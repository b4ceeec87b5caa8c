"""A folder with keys and a migrated database, made once a run and copied for each story."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from gateway.store.key_files import create_keys
from gateway.store.migrating import migrate


@cache
def _template() -> Path:
    """Return a folder with keys and a migrated database, to be copied."""
    folder = Path(tempfile.mkdtemp(prefix="sd-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    create_keys(folder / "keys")
    migrate(f"sqlite:///{folder / 'gateway.db'}")
    return folder


def prepare(folder: Path) -> None:
    """Put keys and an empty database into a folder that has none."""
    if not (folder / "keys").exists():
        shutil.copytree(_template(), folder, dirs_exist_ok=True)
