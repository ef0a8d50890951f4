"""The bin: what was taken away, and the way back."""
