"""What is recorded of one dialect, as data."""

from types import SimpleNamespace


def table(hyper, options, numbers, edges, long, always=(), legal=lambda hyper: True):
    """
    `hyper`: every hyper-parameter with the framework's default; `options`: lists of levels, taken pairwise with each
    other, with the scenarios, the formats and the sets of `numbers`; `edges`: sets of numbers near the limits, for the
    scenario of that name; `long`: hyper-parameters of the long runs; `always`: sets that are recorded on
    plan.ALWAYS in both formats, whatever the pairs are; `legal` judges a full set.
    """
    return SimpleNamespace(
        hyper=hyper, options=options, numbers=numbers, edges=edges, long=long, always=always, legal=legal
    )
