"""Playing a story again: a file says what happened when, and Salvor says what it would have said.

:mod:`reading` (pure) turns the file into steps; :mod:`schema` makes an empty throwaway place in the configured database;
:mod:`playing` feeds the steps through the same services, mail intake and sweep as live use, with the clock taken from the file.
"""
