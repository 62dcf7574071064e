"""Alembic's entry: migrates over the connection that `control.database` hands in.

Never opens a connection of its own when one is given.
"""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlmodel import SQLModel

from services.analyzer.control import models

assert models.Site.metadata is SQLModel.metadata  # importing the models fills it


def _run(connection: Connection) -> None:
    options: dict[str, Any] = {"render_as_batch": True} if connection.dialect.name == "sqlite" else {}
    context.configure(connection=connection, target_metadata=SQLModel.metadata, **options)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    _run(given)
else:
    url = context.config.get_main_option("sqlalchemy.url")
    assert url is not None
    with create_engine(url).connect() as own:
        _run(own)
        own.commit()
