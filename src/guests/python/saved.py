"""A torch state_dict as JSON that loses no bit: JavaScript would print -0.0 as 0, and JSON has no infinity."""

import torch

from bits import from_bits, to_bits

FLOATS = {torch.float32: 'float32', torch.float64: 'float64'}


def encode(value):
    if isinstance(value, torch.Tensor):
        name = FLOATS.get(value.dtype)
        if name is None:
            return {'kind': 'integers', 'dtype': str(value.dtype), 'value': value.tolist()}
        return {
            'kind': 'tensor',
            'dtype': name,
            'shape': list(value.shape),
            'value': to_bits(value.detach().reshape(-1).tolist(), name),
        }
    if isinstance(value, dict):
        return {'kind': 'dict', 'items': [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, float):
        return {'kind': 'float', 'value': to_bits([value], 'float64')}
    if value is None or isinstance(value, (bool, int, str)):
        return value
    raise TypeError(f'cannot save a {type(value).__name__}')


def decode(value):
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    return DECODERS[value['kind']](value)


DECODERS = {
    'dict': lambda value: {decode(key): decode(item) for key, item in value['items']},
    'float': lambda value: from_bits(value['value'], 'float64')[0],
    'integers': lambda value: torch.tensor(value['value'], dtype=getattr(torch, value['dtype'].removeprefix('torch.'))),
    'tensor': lambda value: torch.tensor(
        from_bits(value['value'], value['dtype']), dtype=getattr(torch, value['dtype'])
    ).reshape(value['shape']),
}
