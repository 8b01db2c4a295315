"""Exercises: kinds, numbers that suit a hand, sheets and their keys."""
