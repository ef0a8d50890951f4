"""Hand-over to the county (U盘交接): history, wizard, joining."""
