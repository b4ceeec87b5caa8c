"""Broadcasts: their life, audience, pace and price. Pure."""
