"""Mistakes that people make, as operators on formulas and procedures, with names."""
