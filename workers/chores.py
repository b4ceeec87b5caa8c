"""What the queue may run for the lane of chores."""

from workers.running import answer_wakeup


def drain() -> int:
    """Release the batches of campaigns that are due, tell partners what happened, read lists; returns how much."""
    gateway = answer_wakeup("chores")
    return gateway.broadcasts.release_due() + gateway.announcing.send_due() + gateway.imports.work_off()
