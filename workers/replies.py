"""What the queue may run for the lane of replies."""

from workers.running import answer_wakeup


def drain() -> int:
    """Send every due text of the lane; returns how many were tried."""
    return answer_wakeup("replies").delivery.send_due("replies")
