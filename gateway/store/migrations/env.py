"""Runs revisions on the connection and in the transaction that gateway.store.migrating opened."""

from alembic import context

from gateway.store.schema import casework, desk, guarding, sending, simulation, talk
from gateway.store.schema.columns import METADATA

GROUPS = (talk, casework, sending, desk, simulation, guarding)  # imported, so that METADATA knows every table

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
