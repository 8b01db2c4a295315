"""Simulated students, who hold the checker to account."""
