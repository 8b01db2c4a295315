"""How quantities are spelt on a page (profiles) and what a person may type for them (names)."""
