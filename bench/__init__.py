"""``make bench``: how long Salvor's pages take on a large company, beside a bare view and the bare SQL in the same run.

A company is generated once a size and kept; every run works on a copy of it, so that runs do not change each other.
Nothing here is part of the product, and no test measures time.
"""
