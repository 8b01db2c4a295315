"""The sentences of the topics about functions, costs and training; slots as in words.py."""

FURTHER_WORDS = {
    "how_checked_at_points": "Every line was checked before it was printed: {1} equalities, tried with random numbers.",
    "how_checked_both": "Every line was checked before it was printed: {1} equalities between numbers that the "
    "program computed on random networks of sizes {2} ({3}), and {4} of this page's own.",
    "for_example": "For example:",
    # sigmoid
    "two_forms": "The two forms of {1}",
    "slope_from_form": "Its slope, from the form {1}",
    "same_slope": "Both forms lead to the same: a unit's slope needs nothing but its output.",
    "inverse_of": "The inverse of {1}",
    "solved_for": "The first form, solved for {1}:",
    "turned_sign": "The sign turned: {1}",
    # relu, and any activation
    "piece_above": "Where {1} is above 0",
    "piece_below": "Where {1} is below 0",
    "the_corner": "Where {1} is exactly 0",
    "difference_quotients": "The difference quotients from either side, with a step above 0:",
    "no_slope_there": "They do not meet, so there is no derivative at 0. Any slope from 0 to 1 touches the graph "
    "from below (a subgradient); programs take one of them, this one {1}. A net is hardly ever exactly 0.",
    "dead_units": "A unit whose net is below 0 for every sample has the slope 0 for every sample: its weights are "
    "not updated any more.",
    "formula_of": "The formula of {1}",
    "slope_at_corner": "Where {1} is 0 two pieces of the formula meet; the slope is taken as {2} there.",
    # the two-branch rule
    "two_branches_rule": "{1} feeds {2} and {3}, both feed {4}",
    "each_route_once": "Along each route from {1} the derivatives are multiplied; what the routes give is added.",
    "two_branches_proof": "Why: the change split in two",
    "when_x_changes": "When {1} changes by {2}, {3} changes by {4} and {5} by {6}:",
    "differences_become_derivatives": "As {1} goes to 0, so do {2} and {3}; the quotients become derivatives, that "
    "of the first term because the slope along it is continuous:",
    "no_change_no_term": "(Where {1} is 0 it cannot stand below a line; but then its whole term is 0, before and "
    "after.)",
    "with_numbers": "With numbers",
    "example_functions": "{1} = {2}, {3} = {4} and {5} = {6}, at {7} = {8}:",
    "put_into_each_other": "The same without the rule: everything put in, {1} = {2}, and",
    "more_branches": "More than two branches",
    "sum_over_branches": "The same argument, one branch after the other, gives a sum over all of them. In a network "
    "an output feeds every unit of the next layer, so what comes back to it is a sum over these units.",
    # softmax
    "softmax_is": "What softmax is",
    "classification_head": "So the outputs can be read as probabilities. For classes, a network ends in one output "
    "per class, softmax, cross-entropy as its loss and targets that are 1 for the right class, else 0 (one-hot).",
    "softmax_own_net": "How an output changes with its own net",
    "softmax_other_net": "How output {1} changes with another net {2}",
    "softmax_example": "With numbers",
    "softmax_jacobian_table": "The Jacobian of softmax for three nets: a row for each output, a column for the net it "
    "is changed by",
    "outputs_down": "output, net",
    "row_sum": "sum",
    "rows_sum_to_zero": "Each row sums to 0: the same added to every net changes nothing.",
    "softmax_cross_entropy": "With cross-entropy",
    "every_output_depends": "Every output depends on {1}, so all of them pass something back to it:",
    "where_targets_sum": "Used on the way: {1} = 1. Without that, {2} remains.",
    # momentum
    "momentum_rule": "The rule",
    "momentum_letters": "{1} is a weight, such as {2}, after t updates, and {3} is {4} at that place.",
    "momentum_start": "At the start {1} is {2}; {3} lies between 0 and 1.",
    "momentum_unrolled": "Unrolled: a weighted sum of all past gradients",
    "sum_runs": "The sum runs over {1} from {2} to {3}: the older a gradient, the less it counts.",
    "momentum_steady": "A gradient that stays the same, {1}",
    "momentum_factor": "With more and more updates {1} goes to 0, so that every update becomes {2} times as large "
    "as without momentum.",
    "momentum_table": "With {1} = {2} the change is so many times the gradient, in the end {3} times:",
    "updates": "after updates",
    "times_the_gradient": "times the gradient",
    "momentum_other": "The other form, with {1}",
    "momentum_claim": "With a rate that stays the same both are one: {1} = {2}. Both are 0 at the start, and where "
    "it is true for one step it is true for the next:",
    "momentum_part": "Where the two forms part",
    "parting_table": "With {1} = {2} and a gradient of 1, the rate {3} made smaller after the third update:",
    "update_number": "update",
    "parting_why": "The first form applies today's rate to all past gradients at once; the second keeps with each "
    "gradient the rate of its own time.",
    "plain": "{1}",
    # Jacobians
    "jacobian_rule": "The Jacobian of a chain",
    "by_components": "By components: the entry in row {1} and column {2} is a sum over everything in between.",
    "entries_of_a_layer": "The entries of a layer's Jacobian",
    "both_orders": "Both orders, for {1}",
    "product_of_jacobians": "How the loss changes with the inputs is the product {1}: the slopes of the loss by the "
    "outputs, the last activation, then one Jacobian for each layer.",
    "full_matrices": "Each is counted as a full matrix: a product (a×b)·(b×c) takes a·b·c multiplications. Whatever "
    "the order, the result is the same.",
    "order_reverse": "From the left, beginning at the loss (reverse): a row times a matrix each time.",
    "order_forward": "From the right, beginning at the input (forward): a matrix times a matrix, but for the last.",
    "product": "product",
    "sizes": "sizes",
    "multiplications": "multiplications",
    "in_all": "in all",
    "products_left_out": "{1} products left out",
    "orders_equal": "Both orders take {1} multiplications.",
    "reverse_is_less": "From the left it takes {1} multiplications, from the right {2}: {3} times as many.",
    "forward_is_less": "Here the right end is the smaller one: from the right it takes {1} multiplications, from "
    "the left {2}, {3} times as many. That is so because there are so few inputs.",
    "why_reverse": "A loss is one number, so from the left every product is that of a row by a matrix. And the row "
    "under way is what the gradients of all weights are made of: it is what backpropagation passes back.",
    # why backwards
    "needs_the_next": "What the gradient of {1} needs",
    "on_the_right": "On the right stand the {1} of the next layer: they must be known first. The loss is the only "
    "place where one can begin, and from there each layer is done once, for all weights below it.",
    "forwards": "Forwards instead, from {1} up",
    "one_sweep_each": "At the top that ends in the derivative of {1} by {2}, and by no other weight: the next "
    "weight needs a sweep of its own, although above its unit it forms the same products again.",
    "forward_and_backward": "Both ways counted, for {1}",
    "weights_of_layer": "weights into layer {1}",
    "biases_of_layer": "biases of layer {1}",
    "forwards_in_all": "all, forwards",
    "backwards_in_all": "all, backwards",
    "derivatives_by": "derivatives by",
    "sweeps": "sweeps",
    "each_takes": "each takes",
    "backward_takes": "Backwards takes {1} multiplications for all gradients together, forwards {2}: {3} times as "
    "many.",
    "what_is_counted": "One multiplication is one product of two numbers; the factors of the chain rule are taken "
    "as known, and one that is always 1 is not counted, as in backtrace cost.",
    # vanishing gradients
    "slope_of_sigmoid": "A sigmoid's slope",
    "at_most_a_quarter": "A square is never below 0, so that {1} is at most {2}, and that only for {3} = {4}, where "
    "the net is 0.",
    "along_a_path": "Along a path",
    "in_size_at_most": "With sigmoids, so that no slope is above a quarter, {1} is at most {2}.",
    "after_k_layers": "After {1} layers of sigmoids every path has brought at most {2} times the product of the "
    "sizes of its weights. Unless the weights are large, that goes to 0 quickly; and where they are large, the nets "
    "are large too, and the slopes far below a quarter.",
    "this_network": "The numbers of {1}",
    "numbers_made": "Made numbers: {1}.",
    "layer": "layer",
    "mean_slope": "mean |slope|",
    "largest_slope": "largest |slope|",
    "at_most": "at most",
    "columns_are": "Of each layer: the largest {1}, what the bound allows it to be, and the largest {2} of a weight "
    "into it.",
    "each_samples_loss": "There are {1} samples: each has its own loss, and the largest of all of them is shown.",
    "tied_layers": "For tied weights, what comes through this layer alone.",
    "falls_by": "From the last layer to the first, {2} {2|layer|layers} further down, the largest derivative by an "
    "output has become {1} times smaller.",
    "does_not_fall": "Here it does not become smaller on the way down: in the first layer it is {1} times that of "
    "the last.",
    "other_slope": "For {1} the bound reckons with its largest slope, {2}, in place of a quarter.",
    "slope_met": "For {1} the bound reckons with the largest slope met here, in place of a quarter.",
    "softmax_last": "The last layer is a softmax, which has a Jacobian in place of slopes: below it the bound begins.",
    # how large the first weights should be
    "variance_of_net": "How large {1} becomes",
    "drawn_weights": "Let the weights be drawn with mean 0 and standard deviation {1}. Then the net has the mean 0 "
    "and the variance",
    "so_one_over_root": "With {1} = {2} that is {3}: nets are about as large as inputs, however many there are. A "
    "smaller {1} makes them shrink from layer to layer, a larger one grow. Here {4} is the number of inputs of the "
    "unit, its fan-in.",
    "too_small_too_large": "Too small and too large, for the sizes of {1}",
    "how_table_is_made": "Every row draws the same normal numbers (seed {1}) and makes them so many times 1/√fan-in "
    "large; biases are 0, the same {2} {2|sample|samples} go through. The last layer is left out of the middle "
    "columns.",
    "times_one_over_root": "times 1/√fan-in",
    "mean_net": "mean |net|",
    "saturated": "saturated",
    "percent": "{1} %",
    "size_of_slope": "|slope|",
    "saturated_means": "A unit counts as saturated where its |slope| is below {1}; |slope| is the mean over these "
    "units, the last column the mean size of a derivative by a weight into the first layer.",
    "small_weights": "Too small: every layer that is passed multiplies by small weights, and the first layer's "
    "gradient is {1} times smaller than with 1/√fan-in.",
    "large_weights": "Too large: nets run to the flat ends, slopes go to 0, and with them what is passed back.",
    "in_between": "In between the large weights on the way win over the small slopes: the largest gradient is that "
    "of {1} times 1/√fan-in, although {2} % of the units are saturated there and hardly learn.",
    "no_loss_there": "Where a cell is empty the loss has no value: an output is exactly 0 or 1 in floating point.",
    "one_sign": "When all {1} are positive",
    "same_first_factor": "The update is {1}. Its factor {2} is the same for every weight into unit {3}, and {4} is "
    "positive: so all these weights grow together, or all shrink.",
    "zig_zag": "If one of them should grow and another shrink, that takes several updates in a zigzag. Inputs with "
    "mean 0 do not have this trouble.",
    "positive_outputs": "Outputs of a sigmoid are always positive, so it is so in every layer above one; those of "
    "tanh have both signs.",
    # tanh and scaled tanh
    "its_slope": "The slope of {1}",
    "as_sigmoid": "{1} is a sigmoid, stretched and moved",
    "not_tanh": "{1} is something else",
    "sometimes_seen": "{1} is sometimes written for tanh, with one 2 forgotten. It is the tanh of half:",
    "at_one": "At {1} = 1 the three are:",
    "called": "Call it {1}. By the rules of calculus, line by line:",
    "why_scaled": "Why these numbers (LeCun, Bottou, Orr, Müller 1998, Efficient BackProp)",
    "ends_at_one": "At −1 and 1 it is almost −1 and 1, so that outputs are about as large as inputs of variance 1:",
    "gain_near_one": "Its slope in between is about 1, so that nets of this size are neither shrunk nor blown up:",
    "bend_near_one": "It bends most near 1. The size of {1} at a few places:",
    "bend_is_strongest": "The largest is where the squared tanh is a third, at {1}.",
    "targets_inside": "So targets of −1 and 1 lie where {1} bends most and well inside its range: the weights need "
    "not grow without end to reach them, as they would have to for targets at the ends of a sigmoid.",
}
