"""Layer 5: use cases; one class an area, one public method one action of the staff."""
