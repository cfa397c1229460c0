"""Under which authority each act was done, at its own date: the whole rule of METHOD 2.2.

`judge` holds the order of the rules and what late records change, `register` who holds what,
`grants` rules 2 to 6, `informal` rules 7 and 8, `duties` the stretches of time that they judge,
`presence` and `waits` how holders are there, `codes` and `rulings` ids and rules as numbers.
"""

from models.authority.judge import acts

__all__ = ["acts"]
