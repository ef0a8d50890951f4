"""Training sessions (训练活动): the list, and the sheet of one session."""
