"""Optax' own transformations as a guest, one eager tx.update and apply_updates a step."""

import gc
import platform
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy
import optax

from arrays import pack, unpack
from bits import from_bits, read_gradients, to_bits
from faults import Refused, Usage

NAMES = {'lr': 'learning_rate', 'beta1': 'b1', 'beta2': 'b2', 'alpha': 'decay'}
ADAM = ['lr', 'beta1', 'beta2', 'eps']


def rule(make, hyper, state, **fixed):
    return SimpleNamespace(make=make, hyper=hyper, state=state, fixed=fixed)


def adam(amsgrad=False, **words):
    return (optax.amsgrad if amsgrad else optax.adam)(**words)


RULES = {
    'sgd/optax': rule(optax.sgd, ['lr', 'momentum', 'nesterov'], ['trace']),
    # optax.sgd's own default is no momentum, which would be another rule
    'momentum/optax': rule(optax.sgd, ['lr', 'momentum'], ['trace'], momentum=0.9),
    'nesterov/optax': rule(optax.sgd, ['lr', 'momentum'], ['trace'], momentum=0.9, nesterov=True),
    'adagrad/optax': rule(optax.adagrad, ['lr', 'initial_accumulator_value', 'eps'], ['sum_of_squares']),
    'rmsprop/optax': rule(
        optax.rmsprop, ['lr', 'alpha', 'eps', 'centered', 'momentum', 'nesterov'], ['nu', 'mu', 'trace']
    ),
    'adadelta/optax': rule(optax.adadelta, ['lr', 'rho', 'eps', 'weight_decay'], ['e_g', 'e_x']),
    'adam/optax': rule(adam, [*ADAM, 'amsgrad'], ['mu', 'nu', 'nu_max']),
    'adamw/optax': rule(optax.adamw, [*ADAM, 'weight_decay'], ['mu', 'nu']),
}


class OptaxGuest:
    name = 'optax'
    features = ['set', 'save', 'state', 'defaults', 'shapes']

    def __init__(self):
        self.rules = RULES
        self.version = optax.__version__
        self.environment = {
            'jax': jax.__version__,
            'python': platform.python_version(),
            'platform': f'{platform.system()}-{platform.machine()}',
        }

    def live(self):
        gc.collect()
        return len(jax.live_arrays())

    def open(self, setup, saved=None):
        return OptaxRun(self.rules[setup['rule']], setup, saved)


def keyword(name, value):
    """Optax' own spelling; its word for no momentum is None."""
    return NAMES.get(name, name), None if name == 'momentum' and value == 0 else value


class OptaxRun:
    def __init__(self, rule, setup, saved):
        if len(setup['groups']) != 1:
            raise Usage('Optax has no parameter groups: expected one')
        (group,) = setup['groups']
        self.rule = rule
        self.format = setup['format']
        self.hyper = dict(group['hyper'])
        with self.precision():
            self.shapes = [param.get('shape') for param in group['params']]
            self.params = self.arrays([from_bits(param['value'], self.format) for param in group['params']])
            self.transformation = self.make(self.hyper)
            self.inner = self.transformation.init(self.params)
            if saved is not None:
                self.load(saved)

    def precision(self):
        """Float32 runs without jax_enable_x64, as users have it: with it, beta**count would be taken in float64."""
        return jax.enable_x64(self.format == 'float64')

    def make(self, hyper):
        unknown = [name for name in hyper if name not in self.rule.hyper]
        if unknown:
            raise Usage(f'unknown hyper-parameter {unknown[0]}: this rule takes {", ".join(self.rule.hyper)}')
        try:
            return self.rule.make(**{**self.rule.fixed, **dict(keyword(*item) for item in hyper.items())})
        except (ValueError, TypeError) as error:
            raise Refused(str(error)) from error

    def arrays(self, values):
        shapes = [[len(value)] if shape is None else shape for value, shape in zip(values, self.shapes)]
        return [jnp.asarray(numpy.array(v, dtype=self.format).reshape(shape)) for v, shape in zip(values, shapes)]

    def read(self, gradients):
        values = read_gradients(gradients, [param.size for param in self.params], self.format)
        if None in values:
            raise Usage('Optax has no absent gradients: expected one for every parameter')
        return values

    def step(self, values):
        with self.precision():
            updates, self.inner = self.transformation.update(self.arrays(values), self.inner, self.params)
            self.params = optax.apply_updates(self.params, updates)

    def bits(self, array):
        return to_bits(numpy.asarray(array).reshape(-1).tolist(), self.format)

    def x(self):
        return [self.bits(param) for param in self.params]

    def variables(self):
        """The moments by name: fields of the named tuples that Optax nests its state in."""
        found = {}
        pending = [self.inner]
        while pending:
            item = pending.pop()
            if hasattr(item, '_fields'):
                found.update({name: getattr(item, name) for name in item._fields if name in self.rule.state})
            elif isinstance(item, tuple):
                pending += item
        return found

    def state(self):
        found = self.variables()
        names = [name for name in self.rule.state if name in found]
        return [{name: self.bits(found[name][i]) for name in names} for i in range(len(self.params))]

    def set(self, group, hyper):
        """The transformation is made anew with the new numbers; its state, which they do not shape, is carried over."""
        if group != 0:
            raise Usage(f'group {group} does not exist: there is 1')
        self.hyper.update(hyper)
        with self.precision():
            self.transformation = self.make(self.hyper)

    def save(self):
        return {'x': self.x(), 'leaves': [pack(leaf) for leaf in jax.tree.leaves(self.inner)]}

    def load(self, saved):
        self.params = self.arrays([from_bits(bits, self.format) for bits in saved['x']])
        leaves = [jnp.asarray(unpack(leaf)) for leaf in saved['leaves']]
        self.inner = jax.tree.unflatten(jax.tree.structure(self.inner), leaves)

    def observe(self):
        found = self.variables()
        rows = [{'x': p, **{name: found[name][i] for name in found}} for i, p in enumerate(self.params)]
        return {'state': self.state(), 'dtypes': [{name: str(v.dtype) for name, v in row.items()} for row in rows]}
