"""Mail for the drop address: how a provider hands it over, and what somebody of ours forwarded in it. Knows no database."""
