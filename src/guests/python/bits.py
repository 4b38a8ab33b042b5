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
