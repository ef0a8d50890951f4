"""Layer 3: sticks, printers and scans."""
