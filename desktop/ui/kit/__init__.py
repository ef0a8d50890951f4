"""The component kit: tokens, threads, messages and small widgets that every screen is made of."""
