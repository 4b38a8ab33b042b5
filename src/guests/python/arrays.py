"""numpy arrays as JSON that loses no bit: JavaScript would print -0.0 as 0, and JSON has no infinity."""

import numpy


def pack(array):
    array = numpy.asarray(array)
    # hexadecimal, big-endian, as everywhere in the protocol
    bits = array.astype(array.dtype.newbyteorder('>')).tobytes().hex()
    return {'dtype': array.dtype.name, 'shape': list(array.shape), 'value': bits}


def unpack(packed):
    dtype = numpy.dtype(packed['dtype'])
    flat = numpy.frombuffer(bytes.fromhex(packed['value']), dtype.newbyteorder('>'))
    return flat.astype(dtype).reshape(packed['shape'])
