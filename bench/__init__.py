"""Speed and memory: against the floor that the machine sets, and against peers. ``make bench`` runs it.

Every figure is a ratio of two measurements of the same run, each the best of several, so that a busy or
slow machine changes both sides. No test depends on any of them.
"""
