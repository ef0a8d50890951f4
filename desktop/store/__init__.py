"""Layer 3: the database as a thing: opening, unit of work, change capture, backup, migrations."""
