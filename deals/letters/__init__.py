"""One message as its page shows it: what was newly said, the whole of it, what hangs on it, and where it belongs."""
