"""What the queue may run for the lane of broadcasts."""

from workers.running import answer_wakeup


def drain() -> int:
    """Send every due text of the lane; returns how many were tried."""
    return answer_wakeup("broadcasts").delivery.send_due("broadcasts")
