"""SplitMix64: seeded 64-bit integers. Everything random in golden/ comes from these, without the C library or numpy."""

import math

MASK = 2**64 - 1


class SplitMix64:
    """Vigna's SplitMix64 (public domain), seeded by a text, so that one stream does not shift another."""

    def __init__(self, text):
        self.state = 0
        for byte in text.encode():
            self.state = (self.state * 257 + byte + 1) & MASK

    def word(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return z ^ (z >> 31)

    def below(self, n):
        return self.word() % n

    def magnitude(self, low, high):
        """A positive float with 53 random significant bits and an exponent from low to high: [2^low, 2^(high+1))."""
        return math.ldexp(2**52 + (self.word() >> 12), low + self.below(high - low + 1) - 52)

    def signed(self, low, high):
        return self.magnitude(low, high) * (1 - 2 * self.below(2))
