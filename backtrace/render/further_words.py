"""The sentences of the topics about functions, costs and training; slots as in words.py."""

FURTHER_WORDS = {
    "how_checked_at_points": "Checked before it was printed: {1} equalities at random numbers.",
    "how_checked_both": "Checked before it was printed: {1} equalities on random networks {2} ({3}), both sides from the "
    "engine, and {4} at random numbers.",
    "for_example": "For example:",
    # sigmoid
    "two_forms": "The two forms of {1}",
    "slope_from_form": "Its slope, from the form {1}",
    "same_slope": "Both forms lead to the same: a unit's slope needs nothing but its output.",
    "inverse_of": "The inverse of {1}",
    "solved_for": "The first form, solved for {1}:",
    "turned_sign": "The sign turned: {1}",
    # tanh and scaled tanh
    "its_slope": "The slope of {1}",
    "as_sigmoid": "{1} is a sigmoid, stretched and moved",
    "not_tanh": "{1} is something else",
    "sometimes_seen": "{1} is sometimes written for tanh, with one 2 forgotten. It is the tanh of half:",
    "at_one": "At {1} = 1 the three are:",
    "called": "Call it {1}. By the rules of calculus, line by line:",
    "why_scaled": "Why these numbers (LeCun, Bottou, Orr, Müller 1998, Efficient BackProp)",
    "ends_at_one": "Between −1 and 1 it goes from −1 to 1, so that outputs are as large as inputs of variance 1:",
    "gain_near_one": "Its slope in between is about 1, so that nets of this size are neither shrunk nor blown up:",
    "bend_near_one": "It bends most near 1. The size of {1} at a few places:",
    "bend_is_strongest": "The largest is where the squared tanh is a third, at {1}.",
    "targets_inside": "So targets of −1 and 1 lie where {1} bends most and well inside its range: the weights need not "
    "grow without end to reach them, as they would have to for targets at the ends of a sigmoid.",
}
