"""Mail that people write here, on its way out: how a letter looks, what the server says of it, what a template fills in.

The only writer of the rows is :mod:`deals.services.outbox`.
"""
