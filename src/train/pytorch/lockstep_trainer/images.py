"""Images as the binary version of CIFAR-10 has them, and batches of them, to the bit as Lockstep makes them."""

import numpy
import torch

from .lines import Fault

SIDE, CHANNELS, PAD = 32, 3, 4
PLANE = SIDE * SIDE
RECORD = 1 + CHANNELS * PLANE


class Images:
    """Records of files, one after the other, read through memory maps."""

    def __init__(self, paths):
        files = [numpy.memmap(path, dtype=numpy.uint8, mode='r') for path in paths]
        for path, file in zip(paths, files):
            if len(file) % RECORD:
                raise Fault('plan', f'{path} has {len(file)} bytes, which is no multiple of {RECORD}: it is truncated')
        records = files[0] if len(files) == 1 else numpy.concatenate(files)
        records = records.reshape(-1, RECORD)
        self.labels = records[:, 0].astype(numpy.int64)
        self.pixels = records[:, 1:].reshape(-1, CHANNELS, SIDE, SIDE)


class Batches:
    """Standardised batches; `table` has the value of each of 256 pixel values, 256 numbers a channel."""

    def __init__(self, images, table, dtype, device):
        self.images = images
        self.dtype = dtype
        self.device = device
        self.table = numpy.fromfile(table, dtype='<f4')
        self.first = (256 * numpy.arange(CHANNELS, dtype=numpy.int16)).reshape(CHANNELS, 1, 1)

    def of(self, indices, shifts=None):
        """[batch, 3, 32, 32], channels last in memory, and labels. `shifts`: right, down, mirrored of each image."""
        pixels = self.images.pixels[indices]
        if shifts is not None:
            pixels = moved(pixels, shifts)
        places = (pixels + self.first).transpose(0, 2, 3, 1)
        x = torch.from_numpy(numpy.take(self.table, places)).permute(0, 3, 1, 2)
        labels = torch.from_numpy(self.images.labels[indices])
        return x.to(device=self.device, dtype=self.dtype), labels.to(self.device)


def moved(pixels, shifts):
    """Mirrored, then moved; what comes in from beyond the border is black."""
    right, down, mirrored = (shifts[:, k].astype(numpy.intp).reshape(-1, 1) for k in range(3))
    padded = numpy.zeros((len(pixels), CHANNELS, SIDE + 2 * PAD, SIDE + 2 * PAD), dtype=numpy.uint8)
    padded[:, :, PAD:-PAD, PAD:-PAD] = pixels
    rows = numpy.arange(SIDE) - down + PAD
    columns = numpy.arange(SIDE) - right + PAD
    # A mirrored image is read from its other side; the padding is as wide on both.
    columns = numpy.where(mirrored != 0, SIDE + 2 * PAD - 1 - columns, columns)
    every = numpy.arange(len(pixels))
    return padded[
        every[:, None, None, None],
        numpy.arange(CHANNELS)[None, :, None, None],
        rows[:, None, :, None],
        columns[:, None, None, :],
    ]
