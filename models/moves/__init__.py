"""What helps, by what was found: one file a move, all of them together in `recommendations`.

No move is printed without a finding that calls for it, names a person as a problem, or happens by
itself: each is a draft that people decide about.
"""
