"""Makes the packages for Linux and Windows; nothing here travels."""
