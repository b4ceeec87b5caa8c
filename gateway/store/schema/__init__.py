"""The tables, grouped by what they are for."""
