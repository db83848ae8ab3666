"""Stories for training: which ones Salvor brings, and one played through step by step on a page."""
