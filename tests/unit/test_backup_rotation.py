"""A folder of backups: enough of them, none too old, keys of cases gone within a week."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.store import backup as backups

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KINDS: tuple[backups.What, ...] = ("data", "case-keys")


def test_a_folder_keeps_the_newest_and_nothing_too_old(tmp_path: Path) -> None:
    place, now = tmp_path, NOON
    for age in (100, 50, 8, 3, 0):
        for what in KINDS:
            (place / backups.name_for(what, now - age * DAY)).touch()
    (place / "holiday.jpg").touch()
    assert backups.rotate(place, "data", 30, now) == 1, "none older than 90 days"
    assert backups.rotate(place, "data", 2, now) == 2, "two are enough"
    assert backups.rotate(place, "case-keys", 30, now) == 3, "keys of cases: 7 days"
    left = {path.name for path in place.iterdir()}
    kept = {backups.name_for(what, now - age * DAY) for what in KINDS for age in (3, 0)}
    assert left == kept | {"holiday.jpg"}
    assert backups.rotate(place, "data", 30, now + 400 * DAY) == 1, "the newest stays whatever its age"


def test_a_daily_run_leaves_no_key_of_a_case_older_than_a_week(tmp_path: Path) -> None:
    for day in range(30):
        now = NOON + day * DAY + timedelta(minutes=day % 7)  # a run begins when it can
        (tmp_path / backups.name_for("case-keys", now)).touch()
        backups.rotate(tmp_path, "case-keys", 30, now)
        oldest = backups.kept_in(tmp_path, "case-keys")[0]
        assert oldest.name >= backups.name_for("case-keys", now - 7 * DAY + timedelta(hours=1))
