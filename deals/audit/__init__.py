"""Who changed what and when, over everything Salvor keeps the history of."""
