"""What the queue may run for the lane of chores."""

from workers.running import answer_wakeup


def drain() -> int:
    """Release the batches of campaigns that are due, and tell partners what happened; returns how much was done."""
    gateway = answer_wakeup("chores")
    return gateway.broadcasts.release_due() + gateway.announcing.send_due()
