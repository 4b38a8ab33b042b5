"""A user's Optax factory as a guest: a function of hyper-parameters that gives init and update."""

from types import SimpleNamespace

import jax.numpy as jnp

from faults import Refused, Usage
from keywords import Keywords
from optax_guest import OptaxGuest, OptaxRun
from user_offer import offer
from user_trial import last_line, trial_setup


class UserOptaxGuest(OptaxGuest):
    def __init__(self, found, about):
        super().__init__()
        self.name = found.__name__
        self.words = Keywords(found)
        self.version = f'(Optax {self.version})'
        self.environment = {**self.environment, **about}
        self.rules = {'*': SimpleNamespace(make=found, words=self.words, hyper=self.words.hyper, state=[], more={})}
        self.rules['*'].more = offer(self.words, list(self.words.flat), self.tried())

    def open(self, setup, saved=None):
        return UserOptaxRun(self.rules[setup['rule']], setup, saved)

    def tried(self):
        try:
            run = self.open(trial_setup(self.words.guesses()))
            run.step([[0.5, -0.25], [0.125, 1.0, -2.0]])
            self.rules['*'].state = list(run.variables())
        except Usage:
            raise
        except Exception as error:
            return [f'it could not be tried with its defaults: {last_line(error)}']
        return []


class UserOptaxRun(OptaxRun):
    def make(self, hyper):
        try:
            made = self.rule.make(**self.rule.words.words(hyper))
        except ValueError as error:
            raise Refused(str(error)) from error
        if not (hasattr(made, 'init') and hasattr(made, 'update')):
            raise Usage(
                f'{self.rule.make.__name__} returned {type(made).__name__}; '
                'expected an Optax transformation, which has init and update'
            )
        return made

    def variables(self):
        """Every list of arrays as the parameters are, by the name of the field or key that holds it."""
        found = {}
        pending = [('', self.inner)]
        while pending:
            name, item = pending.pop(0)
            if self.is_moment(item):
                found.setdefault(unique(name, found), item)
            elif hasattr(item, '_fields'):
                pending += [(field, getattr(item, field)) for field in item._fields]
            elif isinstance(item, dict):
                pending += [(str(key), value) for key, value in item.items()]
            elif isinstance(item, (tuple, list)):
                pending += [(name, value) for value in item]
        return found

    def is_moment(self, item):
        return (
            isinstance(item, list)
            and len(item) == len(self.params)
            and all(isinstance(value, jnp.ndarray) and value.shape == p.shape for value, p in zip(item, self.params))
        )

    def state(self):
        found = self.variables()
        return [
            {name: self.bits(values[i]) for name, values in found.items() if str(values[i].dtype) == self.format}
            for i in range(len(self.params))
        ]


def unique(name, found):
    name = name or 'state'
    return name if name not in found else next(f'{name}_{i}' for i in range(2, 100) if f'{name}_{i}' not in found)
