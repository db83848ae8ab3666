"""Several writers at the same moment, each on a connection of its own."""

import threading

from django.db import connections


def at_once(*works):
    """Run them together; the exceptions that came out of them. For tests with real transactions."""
    barrier, found = threading.Barrier(len(works)), []

    def run(work):
        try:
            barrier.wait(5)
            work()
        except Exception as error:  # noqa: BLE001 - whatever came out is what the test looks at
            found.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found
