"""What the queue may run for the lane of chores."""

from workers.running import answer_wakeup


def drain() -> int:
    """Release the batches of campaigns that are due; returns how many rows went to the outbox."""
    return answer_wakeup("chores").broadcasts.release_due()
