"""A person's own calculation: read, laid beside the graph, judged line by line, its mistakes named."""
