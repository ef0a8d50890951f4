"""Papers and photos in the file: the tab, and taking them in."""
