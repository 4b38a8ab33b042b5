"""A user's Keras optimizer class as a guest, on whichever backend Keras runs."""

import warnings
from types import SimpleNamespace

import keras

from faults import Refused, Usage
from keras_live import Companion, KerasLiveGuest, Within, environment
from keywords import RATES, Keywords
from traces import Garbage
from user_offer import offer
from user_trial import last_line, trial_setup


class UserKerasGuest(KerasLiveGuest):
    features = ['absent', 'set', 'save', 'state', 'defaults']

    def __init__(self, found, about):
        # Keras warns of every absent gradient; they are absent on purpose
        warnings.filterwarnings('ignore', message='Gradients do not exist')
        self.name = found.__name__
        self.words = Keywords(found)
        backend = keras.backend.backend()
        self.version = f'(Keras {keras.__version__} on {backend})'
        self.environment = {**environment(), **about}
        self.rules = {'*': SimpleNamespace(make=found, words=self.words, hyper=self.words.hyper, state=[], more={})}
        self.rules['*'].more = offer(self.words, [name for name in self.words.flat if name in RATES], self.tried())

    def open(self, setup, saved=None):
        return Within(lambda: UserKerasRun(self.rules[setup['rule']], setup, saved), setup['format'])

    def tried(self):
        run = None
        try:
            run = self.open(trial_setup(self.words.guesses()))
            run.step([[0.5, -0.25], [0.125, 1.0, -2.0]])
            self.rules['*'].state = list(dict.fromkeys(name for p in run.params for name in run.variables(p)))
            run.step([None, [1.0, 1.0, 1.0]])
        except Exception as error:
            if run is None or not self.rules['*'].state:
                return [f'it could not be tried with its defaults: {last_line(error)}']
            self.features = [name for name in self.features if name != 'absent']
            return [f'it does not take a parameter without a gradient: {last_line(error)}']
        return []


class UserKerasRun(Companion):
    def __init__(self, rule, setup, saved):
        if len(setup['groups']) != 1:
            raise Usage('Keras has no parameter groups: expected one')
        (group,) = setup['groups']
        self.rule = rule
        self.format = setup['format']
        # the learning rate is a variable of type floatx, whatever the parameters are
        keras.backend.set_floatx(self.format)
        self.params = [self.variable(param) for param in group['params']]
        try:
            self.optimizer = rule.make(**rule.words.words(group['hyper']))
        except ValueError as error:
            raise Refused(str(error)) from error
        self.build()
        if saved is not None:
            self.load(saved)

    def set(self, group, hyper):
        name, *others = hyper
        if group != 0 or others or name not in RATES:
            raise Refused(f'Keras can change the learning rate alone, got {", ".join(hyper)} of group {group}')
        self.optimizer.learning_rate = float(hyper[name])

    def x(self):
        for param in self.params:
            if param.dtype != self.format:
                raise Garbage(f'a parameter of {self.format} became one of {param.dtype}')
        return super().x()

    def variables(self, param):
        prefix = f'{param.path.replace("/", "_")}_'
        own = [v for v in self.optimizer.variables if v.name.startswith(prefix) and v.shape == param.shape]
        return {variable.name.removeprefix(prefix): variable for variable in own}
