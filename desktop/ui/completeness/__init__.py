"""The parts of a file (档案目录): of one client, of the whole station, and on paper."""
