"""Parameters in any layout, inside memory whose other elements can be checked afterwards."""

import torch

from faults import Usage

# exact in both formats, and nothing an optimizer would write by chance
CANARY = -12345.0625


def place(values, dtype, given):
    """A leaf tensor with these values (row-major) in `given`'s shape, strides and offset, and the memory around it."""
    shape = [len(values)] if given.get('shape') is None else given['shape']
    strides = given.get('strides') or contiguous(shape)
    offset = given.get('offset') or 0
    if len(strides) != len(shape):
        raise Usage(
            f'parameter {given.get("name")}: expected {len(shape)} strides, one a dimension, got {len(strides)}'
        )
    flat = torch.tensor(values, dtype=dtype)
    try:
        flat = flat.reshape(shape)
        last = offset + sum((n - 1) * stride for n, stride in zip(shape, strides))
        # one element more than needed, so that there is something behind the last
        base = torch.full((last + 2,), CANARY, dtype=dtype)
        view = base.as_strided(shape, strides, offset)
    except (RuntimeError, ValueError, TypeError) as error:
        raise Usage(f'parameter {given.get("name")}: {error}') from error
    view.copy_(flat)
    return view.detach().requires_grad_(True), base


def contiguous(shape):
    strides = [1]
    for n in reversed(shape[1:]):
        strides.insert(0, strides[0] * n)
    return strides[: len(shape)]


def untouched(param, base):
    """Whether the memory beside a parameter still holds what was put there."""
    outside = torch.ones(base.shape, dtype=torch.bool)
    outside.as_strided(param.shape, param.stride(), param.storage_offset()).fill_(False)
    return bool((base[outside] == CANARY).all())
