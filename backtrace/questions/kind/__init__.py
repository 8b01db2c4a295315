"""The exercise kinds, one module each."""
