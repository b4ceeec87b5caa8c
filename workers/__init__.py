"""What the queue may run: short jobs that call a service, and the clock."""
