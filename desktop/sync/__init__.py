"""Layer 4: collecting, sealing and merging changes."""
