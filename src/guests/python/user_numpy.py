"""A user's class or function on NumPy arrays as a guest: one object a parameter, with step(gradient) or step(x, gradient)."""

import base64
import inspect
import pickle
import platform
from types import SimpleNamespace

import numpy

from bits import from_bits, read_gradients, to_bits
from faults import Refused, Usage
from keywords import Keywords
from traces import Garbage
from user_offer import offer
from user_trial import last_line, trial_setup

# What an object may keep beside its state.
NO_STATE = {'x', 'x0', 'g', 'grad', 'gradient'}


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
        self.features = ['defaults']
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


class Part:
    """One parameter, with an object of the user's of its own."""

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


def required_of(function):
    parameters = inspect.signature(function).parameters.values()
    return [p for p in parameters if p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def vars_of(made):
    return vars(made) if hasattr(made, '__dict__') else {}
