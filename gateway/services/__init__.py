"""Use cases: what the gateway does, with every effect behind a port."""
