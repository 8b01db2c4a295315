"""The sentences and headings of the topics of `backtrace explain`, keyed; slots as in words.py.

A formula stands in a sentence as an argument, never in the words themselves, so that every notation and page can write
it.
"""

from backtrace.render.further_words import FURTHER_WORDS

TOPIC_WORDS = {
    **FURTHER_WORDS,
    "how_checked": "Every line was checked before it was printed: {1} equalities between numbers that the program "
    "computed on random networks of sizes {2} ({3}).",
    # How a topic begins.
    "setting": "What the letters mean",
    "units_and_weights": "{1} is the weighted sum of unit {2} of layer {3}, {4} its output; {5} is the weight to it "
    "from unit {6} of layer {7}.",
    "first_and_last": "Layer {1} holds the inputs, layer {2} is the last; {3} is the loss.",
    "numbers_become_indices": "(The numbers and names of units and weights in this notation have become indices: "
    "layer, then from, then to.)",
    "layers_not_written": "(This notation does not write the layer: different letters stand for units of different "
    "layers.)",
    "net_has_no_letter": "(This notation has no letter for the weighted sum; {1} stands in.)",
    "last_outputs": "The outputs of the last layer are written {1}.",
    "function_known": "The activation is {1} = {2}, so {3} = {4}.",
    "delta_has_no_letter": "This notation has no letter for δ: it writes {1}.",
    # What several topics say.
    "feeds_every_unit": "{1} goes into every unit of layer {2}, so what comes back from all of them is added.",
    # training-step
    "feed_forward": "Step 1: feed forward",
    "layer_by_layer": "Layer by layer, from the inputs to layer {1} and the loss {2}:",
    "kept_for_later": "{1} and {2} of every unit are kept: the next step needs them again.",
    "find_gradient": "Step 2: the gradient, by backpropagation",
    "backwards": "From layer {1} back to the first, each layer from the one above it:",
    "proved_elsewhere": "Why these lines hold: backtrace explain delta-rule.",
    "update_parameters": "Step 3: the update",
    "all_at_once": "Only now are weights and biases changed, all of them with the gradient found above:",
    "which_is_which": "What backpropagation is, and what it is not",
    "gradient_is_not_descent": "Backpropagation is step 2 alone: it establishes the gradient, every {1}, and changes "
    "nothing. Gradient descent is step 3, which then uses that gradient.",
    "others_use_it_too": "Momentum, Adam and others put another line in the place of step 3 and use the same gradient.",
    "no_universal_optimiser": "So backpropagation is not gradient descent, and it is no optimiser at all, let alone "
    "a universal one: what step 3 finds may be a local minimum, and where a slope is missing there is no gradient to "
    "find.",
    # layer-recursion
    "one_weight": "One weight, {1}",
    "back_through_next_layer": "Back through the next layer",
    "bias_is_term_0": "The term {1} = 0 of the inner sum is the bias {2}, times 1.",
    "other_activation": "For another activation {1} stays in the place of {2}.",
    "where_it_starts": "Where it starts: layer {1}",
    "loss_gives_start": "{1} is the slope of the loss; with it the recursion begins, and goes down layer by layer.",
    "second_factor": "The second factor, and the gradient of {1}",
    "update_over_samples": "The update, with the sum over the samples",
    "loss_of_a_sample": "{1} is the loss of sample {2}, {3} the learning rate.",
    # delta-rule
    "to_show": "What is to be shown",
    "update_is_descent": "A is gradient descent with {1} written out, for every weight; B holds for every unit that "
    "feeds others, and finds its δ from those of layer {2}.",
    "gradient_of_a_weight": "Proof of A: the gradient of {1}",
    "delta_of_hidden": "Proof of B: δ of a unit that feeds others",
    "misprint_without_sum": "A misprint that is copied: {1} = {2}. It does not hold (tried on the same networks).",
    "misprint_mended": "Its middle factor must be {1}, and the sum over {2} is missing.",
    "delta_of_output": "δ of an output",
    "delta_of_softmax": "δ of an output, for softmax with cross-entropy",
    "softmax_couples": "With softmax {1} depends on every weighted sum of its layer, so the loss is best written "
    "with these sums first:",
    # four-equations
    "error_of_outputs": "BP1: δ of an output",
    "error_of_layer_below": "BP2: δ from the δ of the next layer",
    "gradient_of_biases": "BP3: the gradient of a bias",
    "gradient_of_weights": "BP4: the gradient of a weight",
    "as_vectors": "The four equations for one sample, a {1}",
    "for_a_batch": "The same for a batch, a {1} for each sample",
    "sizes_in_letters": "{1} is how many units layer {2} has; ⊙ multiplies entry by entry, and the function and "
    "its slope are taken of each element.",
    "sizes_of": "The sizes are those of {1}; ⊙ multiplies entry by entry, and the function and its slope are "
    "taken of each element.",
    "batch_of": "There are {1} samples; {2} is a column of {1} ones. The loss is the mean over the samples.",
    "own_losses_in_a_batch": "Before the mean is taken, in the last two equations, each sample has its own loss and "
    "its own δ.",
    # sums-and-outputs
    "through_a_weight": "Through a weight, {1}",
    "through_an_output": "Through an output, {1}",
    "through_a_sum": "Through a weighted sum, {1}",
    "books_swap_letters": "Careful: books swap letters. Many write z for the weighted sum and a for the output, "
    "others a for the sum and z for the output; on this page the sum is {1} and the output {2}.",
    "source_numbers_weights": "(Some books number the weights by the layer they leave: {1} then has {3} where we "
    "write {2}.)",
    "one_after_another": "The last two are taken in turn: {1} of one layer gives {2} of the layer below, and so on "
    "down to the inputs.",
}
