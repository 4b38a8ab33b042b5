"""Which records are made of a dialect: options pairwise, every scenario in both formats, and some sets always."""

from pairwise import cover
from streams import LONG, STEPS

FORMATS = ['float32', 'float64']
SCENARIOS = ['unit', 'tiny', 'mixed', 'zeros', 'flips', 'constant', 'edges', 'schedule', 'absent']
# the streams on which a table's `always` is recorded: nine decades of gradients, and tiny ones
ALWAYS = ['mixed', 'tiny']
STARTS = ['mixed', 'small', 'near']
LONG_KEPT = [1, 2, 3, 10, 30, 100, 300, 1000, 2000, 3000]
LONG_STATE = [1, 100, 3000]
SHORT_STATE = [1, 8, 24]


def plan(rule, table, scenarios):
    """The records of one dialect without their results, in the order of the file."""
    rows = [(scenario, format, hyper) for scenario, format, hyper in short(table, scenarios)]
    rows += [('long', format, {**table.hyper, **levels}) for format in FORMATS for levels in table.long]
    rows += [(on, format, {**table.hyper, **levels}) for on in ALWAYS for format in FORMATS for levels in table.always]
    counts = {}
    return [record(rule, i, row, counts) for i, row in enumerate(rows)]


def short(table, scenarios):
    sets = [('normal', levels) for levels in table.numbers] + [('edges', levels) for levels in table.edges]
    factors = [scenarios, FORMATS, sets, *table.options]

    def merged(levels):
        _, _, (_, numbers), *options = levels
        hyper = dict(table.hyper)
        # an edge goes before an option, an option before an ordinary number
        for level in [*options, numbers]:
            hyper.update(level)
        return hyper

    def legal(levels):
        scenario, _, (kind, _), *_ = levels
        return (scenario == 'edges') == (kind == 'edges') and table.legal(merged(levels))

    for row in cover(factors, legal):
        levels = [factor[i] for factor, i in zip(factors, row)]
        yield levels[0], levels[1], merged(levels)


def record(rule, index, row, counts):
    scenario, format, hyper = row
    number = counts[scenario, format] = counts.get((scenario, format), 0) + 1
    long = scenario == 'long'
    return {
        'id': f'{rule}/{format}/{scenario}/{number}',
        'rule': rule,
        'format': format,
        'gradients': scenario,
        'start': STARTS[index % len(STARTS)],
        'steps': LONG if long else STEPS,
        'hyper': hyper,
        'changes': changes(hyper['lr']) if scenario == 'schedule' else [],
        'kept': LONG_KEPT if long else list(range(1, STEPS + 1)),
        'checkpoints': LONG_STATE if long else SHORT_STATE,
    }


def changes(lr):
    """The rate is quadrupled on the way, then taken far down: powers of two, so that the decimals stay short."""
    return [{'step': 9, 'group': 0, 'hyper': {'lr': lr * 4}}, {'step': 17, 'group': 0, 'hyper': {'lr': lr / 8}}]
