"""SMPP 3.4: a direct bind to an operator's message centre, in a process of its own."""
