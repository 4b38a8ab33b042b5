"""Floats as they travel: hexadecimal bits, big-endian, 8 digits a float32 and 16 a float64, concatenated."""

import struct

from faults import Usage

CODES = {'float32': ('f', 8), 'float64': ('d', 16)}


def to_bits(values, format):
    """The bits of a flat list of numbers of that format."""
    code, _ = CODES[format]
    return struct.pack(f'>{len(values)}{code}', *values).hex()


def from_bits(bits, format):
    """The numbers behind bits, as a flat list; Usage where the text is not bits of that format."""
    code, digits = CODES[format]
    try:
        raw = bytes.fromhex(bits)
    except (TypeError, ValueError):
        raise Usage(f'expected hexadecimal bits, got {bits!r:.60}') from None
    if len(raw) * 2 != len(bits) or len(bits) % digits:
        raise Usage(f'expected {digits} hexadecimal digits a {format}, got {len(bits)} characters')
    return list(struct.unpack(f'>{len(bits) // digits}{code}', raw))


def read_gradients(gradients, sizes, format):
    """One flat list a parameter, None where there is no gradient; checked in full before anything is played."""
    if not isinstance(gradients, list) or len(gradients) != len(sizes):
        got = len(gradients) if isinstance(gradients, list) else repr(gradients)
        raise Usage(f'expected {len(sizes)} gradients, one a parameter, got {got}')
    values = [None if bits is None else from_bits(bits, format) for bits in gradients]
    for i, (value, size) in enumerate(zip(values, sizes)):
        if value is not None and len(value) != size:
            raise Usage(f'gradient {i}: expected {size} values, got {len(value)}')
    return values
