"""Settings of this PC and of the station, the institution file, passwords and accounts."""
