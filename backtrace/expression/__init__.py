"""The ordered expression tree and its readers: value, derivative by named rules, text in, SymPy."""
