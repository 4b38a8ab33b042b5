"""A user's torch.optim.Optimizer subclass as a guest, under its own names."""

import inspect
from types import SimpleNamespace

import torch

from faults import Refused, Usage
from keywords import RATES, Keywords
from torch_guest import DTYPES, TorchGuest, TorchRun, gradient
from traces import Garbage
from user_offer import offer
from user_trial import last_line, trial_setup


class UserTorchGuest(TorchGuest):
    features = ['absent', 'save', 'state', 'defaults', 'shapes', 'strides', 'spoil']

    def __init__(self, found, about):
        super().__init__()
        self.name = found.__name__
        self.found = found
        self.words = Keywords(found, skip=1)
        self.version = f'(PyTorch {self.version})'
        self.environment = {**self.environment, **about}
        self.settable = []
        self.rules = {'*': SimpleNamespace(hyper=self.words.hyper, state=[], more={})}
        self.rules['*'].more = self.tried()

    def open(self, setup, saved=None):
        return UserTorchRun(self, setup, saved)

    def keywords(self, rule, hyper, before=None):
        return self.words.words(hyper, before)

    def tried(self):
        """What one run with its own defaults shows: the names of its state, and what can be set on the way."""
        notes = []
        rows, matrices = self.trial(), self.trial(matrices=True)
        if isinstance(rows, Exception) and isinstance(matrices, Exception):
            notes.append(f'it could not be tried with its defaults: {last_line(rows)}')
        else:
            self.learn(matrices if isinstance(rows, Exception) else rows, notes)
        if isinstance(matrices, Exception):
            self.features = [name for name in self.features if name not in ('shapes', 'strides')]
        return offer(self.words, self.settable, notes)

    def trial(self, matrices=False):
        """A run after one step, of rows or of matrices; or what it raised."""
        try:
            run = self.open(trial_setup(self.words.guesses(), matrices=matrices))
            run.step([[0.5, -0.25], [0.125, 1.0, -2.0]])
            return run
        except Exception as error:
            return error

    def learn(self, run, notes):
        self.rules['*'].state = run.names()
        self.settable = [name for name in self.words.flat if run.place_of(name, 0) is not None]
        if set(self.settable) >= set(self.words.flat):
            self.features = [*self.features, 'groups', 'add']
        if self.settable:
            self.features = [*self.features, 'set']
        try:
            run.step([None, [1.0, 1.0, 1.0]])
        except Exception as error:
            self.features = [name for name in self.features if name != 'absent']
            notes.append(f'it does not take a parameter without a gradient: {last_line(error)}')


class UserTorchRun(TorchRun):
    def __init__(self, guest, setup, saved):
        self.guest = guest
        self.rule = guest.rules[setup['rule']]
        self.format = setup['format']
        self.params = []
        self.bases = []
        first = self.group(setup['groups'][0], fresh=True)
        words = {name: value for name, value in first.items() if name != 'params'}
        try:
            self.optimizer = guest.found(first['params'], **words)
        except ValueError as error:
            raise Refused(str(error)) from error
        for group in setup['groups'][1:]:
            self.add(group)
        if saved is not None:
            self.load(saved)

    def group(self, group, fresh=False):
        """A group's own numbers go by the names of param_groups, which need not be those of the constructor."""
        if fresh:
            return super().group(group, fresh=True)
        made = super().group({**group, 'hyper': {}}, fresh=True)
        for name, value in group['hyper'].items():
            place = self.place_of(name, 0)
            if place is None:
                raise Refused(f'{self.guest.name} does not keep {name} in param_groups, so that groups cannot differ in it')
            put(made, place, self.plain(name, value), self.optimizer.param_groups[0])
        return made

    def plain(self, name, value):
        keyword, place = self.guest.words.flat[name]
        number = self.guest.words.words({name: value})[keyword]
        return number if place is None else number[place]

    def place_of(self, name, group):
        """Where param_groups keeps a hyper-parameter: a key, or a key and a place in its tuple; None where nowhere."""
        kept = self.optimizer.param_groups[group]
        keyword, place = self.guest.words.flat[name]
        if keyword in kept:
            return keyword, place
        if name in kept:
            return name, None
        return ('lr', None) if name in RATES and 'lr' in kept else None

    def set(self, group, hyper):
        groups = self.optimizer.param_groups
        if not isinstance(group, int) or not 0 <= group < len(groups):
            raise Usage(f'group {group} does not exist: there are {len(groups)}')
        for name, value in hyper.items():
            place = self.place_of(name, group) if name in self.guest.words.flat else None
            if place is None:
                raise Refused(f'{self.guest.name} does not keep {name} in param_groups, where it could be changed')
            put(groups[group], place, self.plain(name, value), groups[group])

    def step(self, values):
        self.give(values)
        required = [p for p in inspect.signature(self.optimizer.step).parameters.values() if p.default is p.empty]
        named = [p for p in required if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        self.optimizer.step(*([lambda: self.give(values)] if named else []))

    def give(self, values):
        """The gradients of a step; as a closure, which is to give a loss, too."""
        for value, param in zip(values, self.params):
            param.grad = None if value is None else gradient(value, param)
        return torch.zeros(())

    def x(self):
        for param in self.params:
            if param.dtype != DTYPES[self.format]:
                raise Garbage(f'a parameter of {self.format} became one of {str(param.dtype).removeprefix("torch.")}')
        return super().x()

    def variables(self, param):
        state = self.optimizer.state.get(param, {})
        return {name: value for name, value in state.items() if is_moment(value, param) and isinstance(name, str)}

    def state(self):
        return [
            {name: self.bits(v) for name, v in self.variables(p).items() if v.dtype == p.dtype} for p in self.params
        ]

    def names(self):
        return list(dict.fromkeys(name for param in self.params for name in self.variables(param)))

    def load(self, saved):
        before = self.optimizer.param_groups
        super().load(saved)
        for group, was in zip(self.optimizer.param_groups, before):
            group.update({name: tuple(group[name]) for name in group if isinstance(was.get(name), tuple)})


def put(group, place, value, before):
    key, at = place
    if at is None:
        group[key] = value
    else:
        parts = group.get(key, before[key])
        group[key] = type(parts)([*parts[:at], value, *parts[at + 1 :]])


def is_moment(value, param):
    return isinstance(value, torch.Tensor) and value.shape == param.shape and value.dtype.is_floating_point
