"""Papers: their words, their geometry, their bytes."""
