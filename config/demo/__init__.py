"""``make demo``: the demo company on this machine, started with one command and stopped with Ctrl-C."""
