"""What winback does when deals tell it something."""
