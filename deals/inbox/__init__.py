"""The Inbox: what came in by mail and still wants a decision of a person."""
