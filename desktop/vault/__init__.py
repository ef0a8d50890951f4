"""Layer 3: keys and seals; bytes in, bytes out."""
