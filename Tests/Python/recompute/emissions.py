"""Distributions of one value over the levels 0 to 255, by name.

Each takes its settings and numbers `[number, ...]` and gives log p of every level, `[level, ...]`.
"""
import math

import numpy as np

LEVELS = np.arange(256.0)


def log_softmax(logits):
    return logits - np.logaddexp.reduce(logits, 0)


def log_sigmoid(z):
    return -np.logaddexp(0, -z)


def levels_like(numbers):
    """The levels, to be combined with rows of numbers."""
    return LEVELS.reshape([-1] + [1] * (numbers.ndim - 1))


def categorical(settings, numbers):
    return log_softmax(numbers)


def binomial(settings, numbers):
    level = levels_like(numbers)
    choices = np.array([math.lgamma(256) - math.lgamma(k + 1) - math.lgamma(256 - k) for k in range(256)])
    return (choices.reshape(level.shape) + level * log_sigmoid(numbers)
            + (255 - level) * log_sigmoid(-numbers))


def logistic(settings, numbers):
    """The mass between the edges of a level; the first and the last own what lies beyond as well."""
    mean, log_scale = numbers[0], np.clip(numbers[1], -7, 7)
    level = levels_like(numbers)
    inverse = np.exp(-log_scale)
    upper = ((level + 0.5) / 127.5 - 1 - mean) * inverse
    lower = ((level - 0.5) / 127.5 - 1 - mean) * inverse
    inside = np.log(-np.expm1(-inverse / 127.5))
    is_first, is_last = level == 0, level == 255
    return (np.where(is_last, 0, log_sigmoid(upper)) + np.where(is_first, 0, log_sigmoid(-lower))
            + np.where(is_first | is_last, 0, inside))


def logistic_mixture(settings, numbers):
    components = settings["components"]
    logits, means, scales = np.split(numbers, 3)
    weights = log_softmax(logits)
    return np.logaddexp.reduce(
        [weights[c] + logistic(settings, np.stack([means[c], scales[c]])) for c in range(components)], 0)


def discrete_gaussian(settings, numbers):
    mean, log_scale = numbers[0], np.maximum(numbers[1], -6)
    nearest = np.clip(mean, -1, 1)
    u = levels_like(numbers) / 127.5 - 1
    # The exponent less that of the axis' place nearest to the mean.
    return log_softmax((u - nearest) * (2 * mean - u - nearest) / 2 * np.exp(-2 * log_scale))


def gaussian(settings, numbers):
    """A density of level / 255."""
    mean, raw = numbers
    sigma = settings["smallest"] + np.logaddexp(0, raw)
    z = (levels_like(numbers) / 255 - mean) / sigma
    return -z * z / 2 - np.log(sigma) - np.log(2 * np.pi) / 2


FAMILIES = {
    "categorical": (categorical, lambda settings: 256),
    "binomial": (binomial, lambda settings: 1),
    "logistic": (logistic, lambda settings: 2),
    "logistic-mixture": (logistic_mixture, lambda settings: 3 * settings["components"]),
    "discrete-gaussian": (discrete_gaussian, lambda settings: 2),
    "gaussian": (gaussian, lambda settings: 2),
}


def numbers_of(settings):
    return FAMILIES[settings["kind"]][1](settings)


def log_masses(settings, numbers):
    return FAMILIES[settings["kind"]][0](settings, numbers)
