"""One module a way in and out: each translates a provider's format, and decides nothing."""
