"""What the pages of accounts and contacts show: lists, sums, who talks to whom, likely duplicates."""
