"""Chinese input on Linux: which input method is there, and how Qt reaches it."""
