"""The sentences and headings of the topics of `backtrace explain`, keyed; slots as in words.py.

A formula stands in a sentence as an argument, never in the words themselves, so that every notation and page can write
it.
"""

from backtrace.render.further_words import FURTHER_WORDS

TOPIC_WORDS = {
    **FURTHER_WORDS,
    "how_checked": "Checked before it was printed: {1} equalities on random networks {2} ({3}), both sides from the "
    "engine.",
    "through_a_weight": "Through a weight: {1}",
    "through_an_output": "Through an output: {1}",
    "through_a_sum": "Through a weighted sum: {1}",
    "weight_from_to": "{1} runs from unit {2} of layer {3} to unit {4} of layer {5}.",
}
