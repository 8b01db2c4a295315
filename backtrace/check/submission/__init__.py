"""From what was handed in to lines: the only door through which text from a student enters."""
