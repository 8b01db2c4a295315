"""The command line: one file per command; imported by nothing else in the house."""
