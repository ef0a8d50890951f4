"""Papers of the station (文书打印): found again, shown, printed unchanged."""
