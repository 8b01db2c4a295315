"""What a network is: its records, the tables of activations, losses and the like, and the reading of files."""
