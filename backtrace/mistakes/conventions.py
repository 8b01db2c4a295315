"""Differences that are no mistakes: two right ways of doing a thing. An exercise says which it means."""

from __future__ import annotations

from backtrace.mistakes.records import Convention

CONVENTIONS: tuple[Convention, ...] = (
    Convention(
        "convention.no_half",
        "squared error without the half",
        "The squared error is defined with a half before the square, or without.",
        "the loss, and every gradient by a factor 2",
        ("loss.no_half", "output_delta.two_kept", "output_delta.two_lost"),
    ),
    Convention(
        "convention.mean_of_outputs",
        "sum or mean over the outputs",
        "The loss of a sample is the sum of those of its outputs, or their mean.",
        "the loss, and every gradient by the number of outputs",
        ("loss.mean_of_outputs", "loss.sum_of_outputs", "output_delta.mean_of_outputs", "output_delta.mean_forgotten"),
    ),
    Convention(
        "convention.batch",
        "sum or mean over the batch",
        "The loss of a batch is the mean of those of its samples, or their sum.",
        "the loss of a batch, and every gradient by the number of samples",
        ("batch.summed", "batch.averaged", "batch.loss_summed", "batch.loss_averaged"),
    ),
    Convention(
        "convention.sign_of_delta",
        "sign of δ",
        "δ is the slope of the loss by the net, or minus that; the update then subtracts, or adds.",
        "every δ, together with the sign in the update",
        ("output_delta.sign", "weight_gradient.sign_of_delta", "update.uphill"),
    ),
    Convention(
        "convention.relu_at_zero",
        "slope of the rectifier at 0",
        "The slope of the rectifier at exactly 0 is taken as 0, as 1, or as anything between.",
        "the slope of relu where a net is exactly 0",
        ("slope.no_gate",),
    ),
    Convention(
        "convention.shared_bias",
        "own or shared biases",
        "Each unit has a bias of its own, or a layer has one for all its units.",
        "counts of parameters, gradients and updates of biases",
        ("count.bias_per_layer", "bias_gradient.first_of_shared", "procedure.bias_as_shared", "procedure.bias_as_own"),
    ),
    Convention(
        "convention.frozen_biases",
        "biases kept",
        "The biases are trained like the weights, or kept as they are.",
        "the update of biases",
        ("update.bias_kept", "update.bias_moved", "procedure.biases_kept", "procedure.biases_moved"),
    ),
    Convention(
        "convention.gru_biases",
        "one or two biases in a GRU",
        "Each gate of a GRU has one bias for a unit, or two: one for the input and one for the state.",
        "the parameters of a GRU",
    ),
    Convention(
        "convention.rounded_up",
        "size rounded up",
        "What is left over behind the last whole stride is dropped, or padded (ceil mode).",
        "sizes behind a convolution or pooling",
    ),
    Convention(
        "convention.orientation",
        "samples as rows or columns",
        "Samples are the rows of a matrix, and weights are in × out; or samples are its columns, and weights out × in.",
        "every shape",
        ("shape.transposed", "shape.batch_last", "shape.gradient_transposed"),
    ),
    Convention(
        "convention.epsilon_in_root",
        "ε inside or outside the root",
        "The ε of Adagrad, RMSProp and Adam stands outside the root, or inside.",
        "the last digits of an update",
    ),
    Convention(
        "convention.penalty_half",
        "half before the penalty",
        "The penalty of squared weights has a half before it, or not, and is divided by the number of samples, or not.",
        "the loss and gradients with regularisation",
        ("penalty.no_half",),
    ),
)
