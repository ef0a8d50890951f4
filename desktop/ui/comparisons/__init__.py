"""Our files beside another side's list."""
