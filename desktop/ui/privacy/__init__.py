"""What people may ask about their information: requests, the acts that follow, the archive."""
