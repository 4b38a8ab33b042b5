"""Keras as it is played live: on any of its backends, and in steps in which a variable has no gradient."""

import contextlib
import gc
import platform
import warnings

import keras
import numpy

from keras_guest import KerasGuest, KerasRun

PACKAGES = {'tensorflow': 'tensorflow', 'jax': 'jax', 'torch': 'torch'}


class KerasLiveGuest(KerasGuest):
    def __init__(self):
        # Keras warns of every absent gradient; they are absent on purpose
        warnings.filterwarnings('ignore', message='Gradients do not exist')
        self.version = keras.__version__
        self.environment = environment()
        self.rules = rules()

    def live(self):
        """Tensors of the backend, those of variables included, that Python can still reach."""
        return LIVE[keras.backend.backend()]()

    def open(self, setup, saved=None):
        return Within(lambda: KerasLiveRun(self.rules[setup['rule']], setup, saved), setup['format'])


def reachable(kinds):
    gc.collect()
    return sum(issubclass(type(item), kinds) for item in gc.get_objects())


def live_tensorflow():
    import tensorflow

    # EagerTensor has no public name
    return reachable((type(tensorflow.constant(0.0)), tensorflow.Variable))


def live_jax():
    import jax

    gc.collect()
    return len(jax.live_arrays())


def live_torch():
    import torch

    return reachable(torch.Tensor)


LIVE = {'tensorflow': live_tensorflow, 'jax': live_jax, 'torch': live_torch}


def rules():
    from keras_guest import RULES

    return RULES


def environment():
    backend = keras.backend.backend()
    return {
        'keras': keras.__version__,
        'backend': backend,
        backend: __import__(PACKAGES[backend]).__version__,
        'python': platform.python_version(),
        'platform': f'{platform.system()}-{platform.machine()}',
    }


class Companion(KerasRun):
    """Keras refuses a step in which no variable has a gradient. In a model another one would have had: here, one that is zero."""

    def build(self):
        self.other = keras.Variable(numpy.zeros(1), dtype=self.format, name='lockstep_companion')
        self.optimizer.build([*self.params, self.other])

    def step(self, values):
        tensors = [
            None if value is None else keras.ops.convert_to_tensor(self.array(value, param.shape))
            for value, param in zip(values, self.params)
        ]
        self.optimizer.apply([*tensors, keras.ops.convert_to_tensor(numpy.zeros(1, self.format))])

    def bits(self, variable):
        return super().bits(Read(variable))


class Read:
    """A variable whose numpy() does not depend on the backend: a tensor of torch may want its gradient."""

    def __init__(self, variable):
        self.variable = variable

    def numpy(self):
        return keras.ops.convert_to_numpy(self.variable)


class KerasLiveRun(Companion):
    def __init__(self, rule, setup, saved):
        super().__init__(rule, setup, None)
        # it was built without its companion
        self.optimizer = type(self.optimizer).from_config(self.optimizer.get_config())
        self.build()
        if saved is not None:
            self.load(saved)


class Within:
    """A run whose every call is made in the precision of its format: JAX has float64 only where it is asked for."""

    def __init__(self, make, format):
        self.format = format
        with self.precision():
            self.run = make()

    def precision(self):
        if keras.backend.backend() != 'jax':
            return contextlib.nullcontext()
        import jax

        return jax.enable_x64(self.format == 'float64')

    def __getattr__(self, name):
        value = getattr(self.run, name)
        if not callable(value):
            return value

        def call(*given):
            with self.precision():
                return value(*given)

        return call
