"""Alembic's side of the schema: how it is reached, and one module a revision."""
