"""The command line: click commands, one module a noun."""
