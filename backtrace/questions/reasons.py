"""Why a wrong answer tempts, where it is no mistake about a number of a network: beliefs by their ids."""

from __future__ import annotations

REASONS = {
    "paths.added": "The numbers of units of the layers on the way are added; they have to be multiplied.",
    "paths.one": "Only one route is followed, although the unit feeds all units of the next layer.",
    "paths.links": "Connections are counted, not routes.",
    "paths.other_unit": "The route passes a unit that the weight does not lead into.",
    "paths.skips_a_layer": "The route leaves out a layer.",
    "memo.factors": "Factors are counted; a product of n factors takes n − 1 multiplications.",
    "memo.no_sharing": "Nothing is used again: every product is formed anew.",
    "memo.used_once": "It is used a single time, so that nothing is saved by keeping it.",
    "memo.one_gradient": "The multiplications of one gradient alone are counted.",
    "vectorise.transposed": "Rows and columns are exchanged.",
    "vectorise.one_sample": "The batch is forgotten: this is the shape for a single sample.",
    "vectorise.not_transposed": "A matrix that has to be transposed is not.",
    "vectorise.order": "The factors stand in the wrong order.",
    "perceptron.no_target": "The point is added whatever its class is.",
    "perceptron.one_epoch": "It is stopped after the first time through the points.",
    "perceptron.every_point": "The weights are changed at right points too.",
    "order.other_direction": "The product is formed from the other end.",
    "order.entries_of_results": "The entries of the results are counted, not the multiplications that each takes.",
    "order.entries_of_factors": "The entries of the matrices are counted, not the multiplications.",
    "order.added_not_multiplied": "The three sizes of a product are added; they have to be multiplied.",
    "slope.no_inner_derivative": "The derivative of what stands inside is left out.",
    "slope.one_term_of_product": "The product rule has two terms; one of them is left out.",
    "slope.product_of_slopes": "The derivative of a product is taken for the product of the derivatives.",
    "find.follows_from_it": "The line differs from the right solution, but follows correctly from the wrong one.",
    "initialisation.fan_out": "The units of the layer are counted, not those that it gets numbers from.",
    "initialisation.fan_in_alone": "Only the units that the layer gets numbers from are counted, not its own.",
    "initialisation.variance": "The root is left out: this is a variance, or the square of the reach.",
    "initialisation.no_two": "The 2 for relu is left out.",
}
