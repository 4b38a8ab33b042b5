"""One parameter of a user's class or function on NumPy arrays, with an object of its own."""

import base64
import pickle

import numpy

from bits import from_bits
from faults import Refused, Usage
from traces import Garbage

# What an object may keep beside its state.
NO_STATE = {'x', 'x0', 'g', 'grad', 'gradient'}


class Part:
    def __init__(self, guest, param, words, format):
        self.guest = guest
        self.format = format
        values = numpy.array(from_bits(param['value'], format), dtype=format)
        self.x = values.reshape(param.get('shape') or values.shape)
        # an optimizer may work in place: then this is where x is found
        self.given = self.x.copy()
        self.gradient = None
        try:
            self.object = guest.found(**words) if guest.takes_x else guest.found(self.given, **words)
        except ValueError as error:
            raise Refused(str(error)) from error
        if not callable(getattr(self.object, 'step', None)):
            raise Usage(f'{guest.name} returned {type(self.object).__name__}; expected an object with step(gradient)')

    def step(self, values):
        self.gradient = None
        if values is None:
            return
        self.gradient = numpy.array(values, dtype=self.format).reshape(self.x.shape)
        if self.guest.takes_x:
            self.given = self.x.copy()
            result = self.object.step(self.given, self.gradient)
        else:
            result = self.object.step(self.gradient)
        self.x = self.checked(self.moved() if result is None else result).copy()

    def spoil(self):
        """What a caller does who uses his arrays again: the same memory gets other numbers."""
        if self.gradient is not None:
            self.gradient.fill(numpy.nan)

    def moved(self):
        """Where x is when step returns nothing."""
        own = getattr(self.object, 'x', None)
        return self.given if own is None or self.guest.takes_x else own

    def checked(self, result):
        got = numpy.asarray(result)
        if got.dtype != self.format:
            raise Garbage(f'step gave {got.dtype.name} where its input was {self.format}')
        if got.shape != self.x.shape:
            raise Garbage(f'step gave an array of shape {got.shape}; expected {self.x.shape}')
        self.kept = got
        return got

    def state(self):
        """What state() gives, or the dictionary `state`, or the object's own arrays of the parameter's shape."""
        own = getattr(self.object, 'state', None)
        found = own() if callable(own) else own if isinstance(own, dict) else vars_of(self.object)
        arrays = {name: value for name, value in found.items() if isinstance(value, numpy.ndarray)}
        return {
            name: value
            for name, value in arrays.items()
            if value.shape == self.x.shape and value.dtype.kind == 'f' and not self.is_x(name, value)
        }

    def is_x(self, name, value):
        kept = getattr(self, 'kept', None)
        return name.strip('_') in NO_STATE or value is self.given or value is self.gradient or value is kept

    def set(self, words):
        if callable(getattr(self.object, 'set', None)):
            self.object.set(**words)
        else:
            for name, value in words.items():
                setattr(self.object, name, value)

    def save(self):
        if not callable(getattr(self.object, 'save', None)):
            raise Refused(f'{self.guest.name} has no save()')
        return base64.b64encode(pickle.dumps(self.object.save())).decode()

    def load(self, values, kept):
        if not callable(getattr(self.object, 'load', None)):
            raise Refused(f'{self.guest.name} has no load(saved)')
        self.object.load(pickle.loads(base64.b64decode(kept)))
        self.x = numpy.array(values, dtype=self.format).reshape(self.x.shape)


def vars_of(made):
    return vars(made) if hasattr(made, '__dict__') else {}
