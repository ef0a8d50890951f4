"""Layer 6: front end for the desk."""
