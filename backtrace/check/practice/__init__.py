"""One step at a time, judged as it is typed, with hints."""
