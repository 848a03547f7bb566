"""Alembic's entry: migrates over the connection that `database.py` hands in."""

from alembic import context
from sqlmodel import SQLModel

from workbench.storage import tables  # noqa: F401  (registers the tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
