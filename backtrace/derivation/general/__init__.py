"""General derivations: statements about any network, in letters, each checked on random networks before it is printed.

How the parts fit together, and how to add a topic, is told in `topics.py`.
"""
