"""Parameters between Lockstep's layout and PyTorch's: [height, width, in, out] and [out, in, height, width], [in, out] and [out, in]."""

import math

import numpy
import torch

from .lines import Fault

TO_TORCH = {4: (3, 2, 0, 1), 2: (1, 0), 1: (0,)}
FROM_TORCH = {4: (2, 3, 1, 0), 2: (1, 0), 1: (0,)}


def read_weights(path, specs, dtype, device):
    """Tensors by name from float32 numbers, one parameter after the other."""
    numbers = numpy.fromfile(path, dtype='<f4')
    sizes = [math.prod(spec['shape']) for spec in specs]
    if len(numbers) != sum(sizes):
        raise Fault('plan', f'{path} holds {len(numbers)} numbers, the parameters have {sum(sizes)}')
    parts = numpy.split(numbers, numpy.cumsum(sizes)[:-1])
    return {spec['name']: read_one(part, spec['shape'], dtype, device) for part, spec in zip(parts, specs)}


def read_one(numbers, shape, dtype, device):
    # Contiguous, as torch.nn has them: optimizers may call view.
    moved = numpy.ascontiguousarray(numbers.reshape(shape).transpose(TO_TORCH[len(shape)]))
    return torch.tensor(moved, dtype=dtype, device=device).requires_grad_()


def write_weights(path, specs, parameters):
    """As float64 numbers, so that those of a float64 run keep their digits."""
    with open(path, 'wb') as file:
        for spec in specs:
            values = parameters[spec['name']].detach().cpu().double().numpy()
            values.transpose(FROM_TORCH[values.ndim]).astype('<f8').tofile(file)
