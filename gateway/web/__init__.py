"""The HTTP face: webhooks, simulator, console."""
