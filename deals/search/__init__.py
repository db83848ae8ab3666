"""Search: from what somebody types to the first thing they most likely meant, within what they may see."""
