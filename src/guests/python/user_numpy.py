"""A user's class or function on NumPy arrays as a guest: one object a parameter, with step(gradient) or step(x, gradient)."""

import inspect
import platform
from types import SimpleNamespace

import numpy

from bits import from_bits, read_gradients, to_bits
from faults import Refused, Usage
from keywords import Keywords
from traces import Garbage
from user_offer import offer
from user_part import Part
from user_trial import last_line, trial_setup


class UserNumpyGuest:
    def __init__(self, found, about):
        self.name = found.__name__
        self.found = found
        self.version = f'(NumPy {numpy.__version__})'
        self.environment = {
            'numpy': numpy.__version__,
            'python': platform.python_version(),
            'platform': f'{platform.system()}-{platform.machine()}',
            **about,
        }
        # a class whose step takes x needs no start; otherwise it comes first
        self.takes_x = isinstance(found, type) and len(required_of(found.step)) - 1 >= 2
        self.words = Keywords(found, skip=0 if self.takes_x else 1)
        self.check_start()
        self.formats = ['float32', 'float64']
        self.features = ['defaults', 'spoil']
        self.rules = {'*': SimpleNamespace(hyper=self.words.hyper, state=[], more={})}
        self.rules['*'].more = self.tried()

    def check_start(self):
        first = next(iter(inspect.signature(self.found).parameters.values()), None)
        if self.takes_x or (first is not None and first.default is first.empty and first.kind is not first.KEYWORD_ONLY):
            return
        got = 'takes nothing' if first is None else f'begins with {first}'
        raise Usage(
            f'{self.name} {got}; expected the start first: {self.name}(x0, ...) with step(gradient), '
            f'or a class {self.name}(...) with step(x, gradient)'
        )

    def open(self, setup, saved=None):
        return UserNumpyRun(self, setup, saved)

    def tried(self):
        """What a short run in each format shows: the formats that it keeps, its state, and what it can do."""
        notes, run = [], None
        for format in list(self.formats):
            try:
                run = self.open(trial_setup(self.words.guesses(), format))
                run.step([[0.5, -0.25], [0.125, 1.0, -2.0]])
            except Garbage as error:
                self.formats.remove(format)
                notes.append(f'not in {format}: {error}')
            except Exception as error:
                notes.append(f'it could not be tried with its defaults: {last_line(error)}')
                break
        if not self.formats:
            raise Usage(f'{self.name}: {notes[0]}')
        settable = run.settable() if run else []
        if run:
            self.rules['*'].state = run.names()
            self.features = [*self.features, *run.features()]
        return offer(self.words, settable, notes)


class UserNumpyRun:
    def __init__(self, guest, setup, saved):
        if len(setup['groups']) != 1:
            raise Usage('a class on NumPy arrays has no parameter groups: expected one')
        (group,) = setup['groups']
        self.guest = guest
        self.format = setup['format']
        self.words = guest.words.words(group['hyper'])
        self.parts = [Part(guest, param, self.words, self.format) for param in group['params']]
        if saved is not None:
            self.load(saved)

    def read(self, gradients):
        return read_gradients(gradients, [part.x.size for part in self.parts], self.format)

    def step(self, values):
        for part, value in zip(self.parts, values):
            part.step(value)

    def spoil(self):
        for part in self.parts:
            part.spoil()

    def bits(self, array):
        return to_bits(numpy.asarray(array).reshape(-1).tolist(), self.format)

    def x(self):
        return [self.bits(part.x) for part in self.parts]

    def state(self):
        return [
            {name: self.bits(value) for name, value in part.state().items() if value.dtype == self.format}
            for part in self.parts
        ]

    def names(self):
        return list(dict.fromkeys(name for part in self.parts for name in part.state()))

    def features(self):
        made = self.parts[0].object
        has = {
            'state': bool(self.names()),
            'set': bool(self.settable()),
            'save': callable(getattr(made, 'save', None)) and callable(getattr(made, 'load', None)),
        }
        return [name for name, there in has.items() if there]

    def settable(self):
        made = self.parts[0].object
        flat = self.guest.words.flat
        return [name for name in flat if callable(getattr(made, 'set', None)) or hasattr(made, flat[name][0])]

    def set(self, group, hyper):
        fixed = [name for name in hyper if name not in self.settable()]
        if group != 0 or fixed:
            raise Refused(f'{self.guest.name} cannot change {", ".join(fixed) or f"group {group}"} on the way')
        words = self.guest.words.words(hyper, self.words)
        self.words.update(words)
        for part in self.parts:
            part.set(words)

    def save(self):
        return {'x': self.x(), 'objects': [part.save() for part in self.parts]}

    def load(self, saved):
        for part, bits, kept in zip(self.parts, saved['x'], saved['objects']):
            part.load(from_bits(bits, self.format), kept)

    def observe(self):
        rows = [{'x': part.x, **part.state()} for part in self.parts]
        return {
            'state': self.state(),
            'gradients': [None if part.gradient is None else self.bits(part.gradient) for part in self.parts],
            'dtypes': [{name: value.dtype.name for name, value in row.items()} for row in rows],
        }


def required_of(function):
    parameters = inspect.signature(function).parameters.values()
    return [p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
