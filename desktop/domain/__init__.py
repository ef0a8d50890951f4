"""Layer 1: pure rules; no Qt, no SQL, no files, no clock."""
