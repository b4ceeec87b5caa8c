"""What the queue may run for the lane of chores."""

from workers.running import answer_wakeup


def drain() -> None:
    """Do every duty that is due: releases, reconciling, retention."""
    answer_wakeup("chores").duties.tick()
