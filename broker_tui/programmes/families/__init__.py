"""The step logic of each programme: `derive(course)` fills in step, since, named days, events and signals.

A module may also have `MEASURES`: figures of one case by name.
"""
