"""Chinese input: the choice at the start, the bridge, and three real input methods before the real program."""
