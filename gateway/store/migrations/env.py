"""Runs revisions on the connection and in the transaction that gateway.store.migrating opened."""

from alembic import context

from gateway.store.schema import (
    audience,
    broadcasting,
    casework,
    content,
    desk,
    disaster,
    guarding,
    learning,
    partners,
    sealing,
    sending,
    simulation,
    talk,
)
from gateway.store.schema.columns import METADATA

# imported, so that METADATA knows every table
GROUPS = (
    talk,
    casework,
    sending,
    desk,
    simulation,
    content,
    guarding,
    learning,
    disaster,
    partners,
    sealing,
    audience,
    broadcasting,
)

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
