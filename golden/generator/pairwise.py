"""Covering arrays: rows in which every legal pair of levels of any two factors occurs, chosen greedily."""

from itertools import combinations, product


def cover(factors, legal):
    """Rows as tuples of level indices, one a factor; `factors`: lists of levels; `legal` judges a list of levels."""
    every = product(*[range(len(levels)) for levels in factors])
    rows = [row for row in every if legal([levels[i] for levels, i in zip(factors, row)])]
    numbers = {}
    masks = []
    for row in rows:
        mask = 0
        for one, two in combinations(enumerate(row), 2):
            mask |= 1 << numbers.setdefault((one, two), len(numbers))
        masks.append(mask)
    missing = (1 << len(numbers)) - 1
    chosen = []
    while missing:
        # max takes the first of equals, which keeps the array the same from run to run
        best = max(range(len(rows)), key=lambda i: (masks[i] & missing).bit_count())
        chosen.append(rows[best])
        missing &= ~masks[best]
    return sorted(chosen)
