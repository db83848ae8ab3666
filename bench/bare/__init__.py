"""The least a page can be: a Django view that asks the database in plain SQL and fills a plain template."""
