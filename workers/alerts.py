"""What the queue may run for the lane of alerts."""

from workers.running import answer_wakeup


def drain() -> int:
    """Send every due text of the lane; returns how many were tried."""
    return answer_wakeup("alerts").delivery.send_due("alerts")
