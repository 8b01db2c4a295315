"""What is said about a submission: verdicts in words, hints, the right line where it is asked for."""
