"""What a message says: pure functions of its bytes, for every way by which mail comes in."""
