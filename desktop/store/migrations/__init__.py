"""The history of the schema (Alembic), as package data; revisions never import the live models."""

HEAD = "0001"
