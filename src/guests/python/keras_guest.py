"""Keras' own optimizers on TensorFlow as a guest, one apply() a step, eager."""

import os
import platform
import warnings
from types import SimpleNamespace

os.environ.setdefault('KERAS_BACKEND', 'tensorflow')
import keras
import numpy

from arrays import pack, unpack
from bits import from_bits, read_gradients, to_bits
from faults import Refused, Usage

NAMES = {'lr': 'learning_rate', 'beta1': 'beta_1', 'beta2': 'beta_2', 'eps': 'epsilon'}
ADAM = ['lr', 'beta1', 'beta2', 'eps', 'amsgrad']
MOMENTS = ['momentum', 'velocity', 'velocity_hat']


def rule(optimizer, hyper, state, **fixed):
    return SimpleNamespace(optimizer=optimizer, hyper=hyper, state=state, fixed=fixed)


RULES = {
    'sgd/keras': rule('SGD', ['lr', 'momentum', 'nesterov'], ['momentum']),
    # SGD's own default is no momentum, which would be another rule
    'momentum/keras': rule('SGD', ['lr', 'momentum'], ['momentum'], momentum=0.9),
    'nesterov/keras': rule('SGD', ['lr', 'momentum'], ['momentum'], momentum=0.9, nesterov=True),
    'adagrad/keras': rule('Adagrad', ['lr', 'initial_accumulator_value', 'eps'], ['accumulator']),
    'rmsprop/keras': rule(
        'RMSprop',
        ['lr', 'rho', 'momentum', 'eps', 'centered'],
        ['velocity', 'momentum', 'average_gradient'],
    ),
    'adadelta/keras': rule(
        'Adadelta', ['lr', 'rho', 'eps'], ['accumulated_grad', 'accumulated_delta_var']
    ),
    'adam/keras': rule('Adam', ADAM, MOMENTS),
    'adamw/keras': rule('AdamW', [*ADAM, 'weight_decay'], MOMENTS),
}


class KerasGuest:
    name = 'keras'
    features = ['absent', 'set', 'save', 'state', 'defaults']

    def __init__(self):
        import tensorflow

        # Keras warns of every absent gradient; they are absent on purpose
        warnings.filterwarnings('ignore', message='Gradients do not exist')
        self.rules = RULES
        self.version = keras.__version__
        self.environment = {
            'backend': keras.backend.backend(),
            'tensorflow': tensorflow.__version__,
            'python': platform.python_version(),
            'platform': f'{platform.system()}-{platform.machine()}',
        }

    def open(self, setup, saved=None):
        return KerasRun(self.rules[setup['rule']], setup, saved)


def keyword(name, value):
    """Keras' own spelling and type."""
    return NAMES.get(name, name), value if isinstance(value, bool) else float(value)


class KerasRun:
    def __init__(self, rule, setup, saved):
        if len(setup['groups']) != 1:
            raise Usage('Keras has no parameter groups: expected one')
        (group,) = setup['groups']
        unknown = [name for name in group['hyper'] if name not in rule.hyper]
        if unknown:
            raise Usage(f'unknown hyper-parameter {unknown[0]}: this rule takes {", ".join(rule.hyper)}')
        self.rule = rule
        self.format = setup['format']
        # the learning rate is a variable of type floatx, whatever the parameters are
        keras.backend.set_floatx(self.format)
        self.params = [self.variable(param) for param in group['params']]
        words = {**rule.fixed, **dict(keyword(name, value) for name, value in group['hyper'].items())}
        try:
            self.optimizer = getattr(keras.optimizers, rule.optimizer)(**words)
        except (ValueError, TypeError) as error:
            raise Refused(str(error)) from error
        self.optimizer.build(self.params)
        if saved is not None:
            self.load(saved)

    def array(self, values, shape=None):
        return numpy.array(values, dtype=self.format).reshape(shape or [len(values)])

    def variable(self, param):
        values = from_bits(param['value'], self.format)
        return keras.Variable(self.array(values, param.get('shape')), dtype=self.format, name=param['name'])

    def read(self, gradients):
        return read_gradients(gradients, [int(numpy.prod(p.shape)) for p in self.params], self.format)

    def step(self, values):
        tensors = [
            None if value is None else keras.ops.convert_to_tensor(self.array(value, param.shape))
            for value, param in zip(values, self.params)
        ]
        self.optimizer.apply(tensors)

    def bits(self, variable):
        return to_bits(variable.numpy().reshape(-1).tolist(), self.format)

    def x(self):
        return [self.bits(param) for param in self.params]

    def variables(self, param):
        by_name = {variable.name: variable for variable in self.optimizer.variables}
        found = {name: by_name.get(f'{param.path.replace("/", "_")}_{name}') for name in self.rule.state}
        return {name: variable for name, variable in found.items() if variable is not None}

    def state(self):
        return [{name: self.bits(value) for name, value in self.variables(p).items()} for p in self.params]

    def set(self, group, hyper):
        if group != 0 or list(hyper) != ['lr']:
            raise Usage(
                f'Keras can change the learning rate of its one group only, got group {group}, {", ".join(hyper)}'
            )
        self.optimizer.learning_rate = float(hyper['lr'])

    def save(self):
        store = {}
        self.optimizer.save_own_variables(store)
        return {'x': self.x(), 'variables': {key: pack(value) for key, value in store.items()}}

    def load(self, saved):
        for param, bits in zip(self.params, saved['x']):
            param.assign(self.array(from_bits(bits, self.format), param.shape))
        self.optimizer.load_own_variables({key: unpack(value) for key, value in saved['variables'].items()})

    def observe(self):
        dtypes = [{'x': p, **self.variables(p)} for p in self.params]
        return {'state': self.state(), 'dtypes': [{name: str(v.dtype) for name, v in row.items()} for row in dtypes]}
