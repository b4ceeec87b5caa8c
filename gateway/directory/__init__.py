"""Agencies, their posts, who holds them when, and verified hotlines."""
