"""Reading real mailboxes by IMAP: where they are, how to get in, what is new in them. Knows no database."""
