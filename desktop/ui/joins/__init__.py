"""Two files of one person: who may be on file twice, made one, parted again."""
