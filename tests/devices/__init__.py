"""Sticks and printers."""
