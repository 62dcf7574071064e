"""The history of the control database's schema (Alembic); run at start by `control.database`.

Never edited after release: a change is a new version.
"""
