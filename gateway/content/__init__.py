"""Flows and messages from disk, compiled into bundles."""
