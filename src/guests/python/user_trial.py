"""What a user's optimizer is tried with, once, before it is asked anything."""

from bits import to_bits
from setups import read_setup


def trial_setup(hyper, format='float32', sizes=(2, 3), matrices=False):
    """`matrices`: every parameter has two dimensions, for optimizers that take no others."""
    params = [{'name': name, 'value': to_bits([1.0] * size, format)} for name, size in zip('ab', sizes)]
    if matrices:
        params = [{**param, 'shape': [1, size]} for param, size in zip(params, sizes)]
    setup = {'rule': '*', 'format': format, 'groups': [{'hyper': hyper, 'params': params}]}
    return read_setup(setup, {'*': None})


def last_line(error):
    text = str(error).strip().splitlines()
    return f'{type(error).__name__}: {text[-1]}' if text else type(error).__name__
