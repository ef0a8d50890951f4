"""Backups: the last one, one now, and those made before."""
