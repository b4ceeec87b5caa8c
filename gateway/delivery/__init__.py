"""The life of one outgoing text: states, retries, doubts. Pure."""
