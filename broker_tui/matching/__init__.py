"""Who fits which task, and who together fill a position: pure, exact and the same on every machine.

Nothing but the profile, the position and the company enters the score; a hard need is never traded against anything.
"""
