"""Alembic's entry: runs on a connection that ``gateway.store.migrate`` hands in."""

from alembic import context

from gateway.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    include_object=lambda _object, name, kind, _reflected, _compare: (
        kind != "table" or name in metadata.tables
    ),
)
with context.begin_transaction():
    context.run_migrations()
