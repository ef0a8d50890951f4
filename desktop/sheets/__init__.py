"""Layer 3: spreadsheets: rows and faults out, workbooks in."""
