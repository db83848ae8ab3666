"""Today: who waits for a person, what they owe until the evening, and about how long that takes."""
