"""The shared gradient streams and starts: one list of binary64 numbers, of which the float32 stream is the rounding."""

from bits import to_bits
from random_bits import SplitMix64

PARAMETERS = [('a', 5), ('b', 2), ('c', 1)]
SIZE = sum(size for _, size in PARAMETERS)
STEPS = 24
LONG = 3000
ABSENT = {1, 2, 5, 6, 7, 13, 20}


def fresh(name, low, high, steps=STEPS):
    random = SplitMix64(f'gradients/{name}')
    return [[random.signed(low, high) for _ in range(SIZE)] for _ in range(steps)]


def unit(name):
    return fresh(name, -3, 0)


def tiny(name):
    """About 1e-8: an epsilon in the wrong place shows."""
    return fresh(name, -29, -26)


def mixed(name):
    """Nine decades."""
    return fresh(name, -27, 2)


def zeros(name):
    """Exact zeros of both signs; the second element of a and of b is always 0, and so is all of step 5."""
    random = SplitMix64(f'gradients/{name}')

    def value(step, i):
        drawn = random.signed(-3, 0) if random.below(2) else random.below(2) * -0.0
        return 0.0 if i in (1, 6) or step == 5 else drawn

    return [[value(step, i) for i in range(SIZE)] for step in range(1, STEPS + 1)]


def flips(name):
    """The sign changes with every step, the size by a part in 16."""
    random = SplitMix64(f'gradients/{name}')
    sizes = [random.signed(-8, 1) for _ in range(SIZE)]
    return [[size * (-1) ** step * (1 + random.below(16) / 256) for size in sizes] for step in range(STEPS)]


def constant(name):
    random = SplitMix64(f'gradients/{name}')
    return [[random.signed(-20, 2) for _ in range(SIZE)]] * STEPS


def absent(name):
    """Parameter b has no gradient in the steps ABSENT, the first among them."""
    rows = unit(name)
    return [
        [None if step in ABSENT and i in (5, 6) else v for i, v in enumerate(row)] for step, row in enumerate(rows, 1)
    ]


def long(name):
    return fresh(name, -13, 0, LONG)


# the first 24 steps of no scenario are those of another; `edges` and `schedule` differ in their hyper-parameters
STREAMS = {
    'unit': unit,
    'tiny': tiny,
    'mixed': mixed,
    'zeros': zeros,
    'flips': flips,
    'constant': constant,
    'edges': mixed,
    'schedule': unit,
    'absent': absent,
    'long': long,
}


def starts():
    """Where parameters start: near 1 hides the update, 0 and 1e-6 show it."""
    random = SplitMix64('starts')
    near = [(1 + random.signed(-6, -4)) * (1 - 2 * random.below(2)) for _ in range(SIZE)]
    small = [random.signed(-20, -19) for _ in range(SIZE)]
    return {
        'mixed': [0.0, small[1], near[2], near[3], 3 * near[4], 0.0, small[6], near[7]],
        'small': [0.0 if i % 3 == 0 else value for i, value in enumerate(small)],
        'near': near,
    }


def split(row, format):
    """One row of numbers as bits, one text a parameter, null where there is no gradient."""
    parts, at = [], 0
    for _, size in PARAMETERS:
        part = row[at : at + size]
        parts.append(None if part[0] is None else to_bits(part, format))
        at += size
    return parts


def gradients_json():
    """The content of gradients.json."""
    both = ('float32', 'float64')
    rows = {name: make(name) for name, make in STREAMS.items()}
    return {
        'schema': 'lockstep/gradients/1',
        'parameters': [{'name': name, 'size': size} for name, size in PARAMETERS],
        'streams': {name: {f: [split(row, f) for row in stream] for f in both} for name, stream in rows.items()},
        'start': {name: {f: split(row, f) for f in both} for name, row in starts().items()},
    }
