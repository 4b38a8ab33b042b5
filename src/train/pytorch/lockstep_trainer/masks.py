"""The masks of dropout, one bit a unit, in the order in which they are used."""

import numpy
import torch


class Masks:
    """`path`: bits that Lockstep drew, 1 where a unit is kept; each mask begins with a byte of its own."""

    def __init__(self, path):
        self.bits = numpy.fromfile(path, dtype=numpy.uint8) if path else None
        self.at = 0

    def next(self, layer, x):
        count = x.numel()
        size = (count + 7) // 8
        part = self.bits[self.at : self.at + size]
        self.at += size
        kept = torch.from_numpy(numpy.unpackbits(part, count=count, bitorder='little')).reshape(x.shape)
        return kept.to(device=x.device, dtype=torch.float32).mul(1 / (1 - layer['rate'])).to(x.dtype)
