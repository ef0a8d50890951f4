"""People of the area's list who are not clients yet (摸底)."""
