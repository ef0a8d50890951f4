"""The frame around all areas: first run, login, main window."""
