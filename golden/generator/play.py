"""Plays one planned record on a guest and completes it with x and state as bits."""

import math

from bits import from_bits


class NotFinite(Exception):
    """A golden holds no NaN and no infinity: their bits differ between machines."""


def play(guest, record, shared):
    """The finished record, keys in the order of the file."""
    format = record['format']
    names = [parameter['name'] for parameter in shared['parameters']]
    start = shared['start'][record['start']][format]
    params = [{'name': name, 'value': value} for name, value in zip(names, start)]
    group = {'hyper': record['hyper'], 'params': params}
    run = guest.open({'rule': record['rule'], 'format': format, 'groups': [group]})
    changes = {change['step']: change for change in record['changes']}
    kept, checkpoints = set(record['kept']), set(record['checkpoints'])
    x, state = [], {}
    for step, gradients in enumerate(shared['streams'][record['gradients']][format], 1):
        if step in changes:
            run.set(changes[step]['group'], changes[step]['hyper'])
        run.step(run.read(gradients))
        if step in kept:
            x.append(''.join(run.x()))
        if step in checkpoints:
            state[str(step)] = by_variable(run.state())
    finite(record, format, [*x, *[bits for at in state.values() for row in at.values() for bits in row if bits]])
    return {**{key: value for key, value in record.items() if key != 'checkpoints'}, 'x': x, 'state': state}


def by_variable(state):
    """From one record a parameter to one list a variable, null where it does not exist."""
    names = dict.fromkeys(name for variables in state for name in variables)
    return {name: [variables.get(name) for variables in state] for name in names}


def finite(record, format, texts):
    for bits in texts:
        if not all(math.isfinite(value) for value in from_bits(bits, format)):
            raise NotFinite(f'{record["id"]} {record["hyper"]}: a value is not finite; choose other hyper-parameters')
