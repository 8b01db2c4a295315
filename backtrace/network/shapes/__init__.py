"""Layer kinds that know their shapes and their parameters, one small file per family, and the counting of both."""
