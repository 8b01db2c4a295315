"""Turns derivations into pages: terminal, Markdown, LaTeX, slides, JSON, script. It decides no mathematics."""
