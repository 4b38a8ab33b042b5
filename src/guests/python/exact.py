"""IEEE arithmetic for torch.optim's own code: square roots by numpy, powers and their roots rounded once."""

import math
from functools import lru_cache

import numpy
import torch
from torch.utils._python_dispatch import TorchDispatchMode

ROOTS = {torch.ops.aten.sqrt.default, torch.ops.aten.sqrt_.default}


class IeeeRoots(TorchDispatchMode):
    """Answers aten.sqrt and aten.sqrt_ with IEEE 754 roots: the wheel's come from MKL, one ulp off in up to 17 %."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func not in ROOTS:
            return func(*args, **(kwargs or {}))
        with numpy.errstate(invalid='ignore'):
            # numpy gives a scalar, not an array, for zero dimensions
            root = torch.from_numpy(numpy.asarray(numpy.sqrt(args[0].detach().numpy())))
        return args[0].copy_(root) if func is torch.ops.aten.sqrt_.default else root


@lru_cache(maxsize=65536)
def power(base, exponent):
    """base^exponent for a float and a natural number, rounded once: int / int is correctly rounded in Python."""
    numerator, denominator = base.as_integer_ratio()
    return numerator**exponent / denominator**exponent


class Exact(float):
    """A binary64 number whose powers are rounded once, whatever the C library's pow does; 1 - itself is one, too."""

    def __pow__(self, exponent):
        if exponent == 0.5:
            return Exact(math.sqrt(self))
        if exponent < 0 or exponent != int(exponent):
            raise ValueError(f'Exact: expected a natural exponent or 0.5, got {exponent}')
        return Exact(power(float(self), int(exponent)))

    def __rsub__(self, other):
        return Exact(other - float(self))
