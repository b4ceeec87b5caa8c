"""Conventions of the code, kept by tests."""
