"""Conversations: flows in, one pure step at a time, effects out."""
