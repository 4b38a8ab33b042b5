"""The kinds of optimizers that a user may have, told apart without importing a framework that the file does not use."""

import inspect
import sys
from types import SimpleNamespace


def subclass_of(module, path):
    """Whether something is a class below one of a module that has been imported."""

    def holds(found):
        base = sys.modules.get(module)
        for name in path.split('.'):
            base = getattr(base, name, None)
        return isinstance(found, type) and isinstance(base, type) and issubclass(found, base) and found is not base

    return holds


def steps(found):
    return isinstance(found, type) and callable(getattr(found, 'step', None))


def is_function(found):
    return inspect.isfunction(found) or inspect.isbuiltin(found) or hasattr(found, '__wrapped__')


def uses_jax(found):
    """A function of a file that works with JAX: then it is a factory; otherwise it is one on NumPy arrays."""
    return is_function(found) and any(home(value) in JAX for value in vars(module_of(found)).values())


JAX = {'jax', 'jaxlib', 'optax', 'chex', 'flax'}


def home(value):
    """The package that something in a file was imported from."""
    name = value.__name__ if inspect.ismodule(value) else getattr(value, '__module__', None)
    return str(name).split('.')[0]


def module_of(found):
    return sys.modules.get(getattr(found, '__module__', None), sys)


def torch_guest():
    from user_torch import UserTorchGuest

    return UserTorchGuest


def keras_guest():
    from user_keras import UserKerasGuest

    return UserKerasGuest


def optax_guest():
    from user_optax import UserOptaxGuest

    return UserOptaxGuest


def numpy_guest():
    from user_numpy import UserNumpyGuest

    return UserNumpyGuest


# The first that recognises something has it.
KINDS = {
    'torch': SimpleNamespace(recognises=subclass_of('torch', 'optim.Optimizer'), guest=torch_guest),
    'keras': SimpleNamespace(recognises=subclass_of('keras', 'optimizers.Optimizer'), guest=keras_guest),
    'optax': SimpleNamespace(recognises=uses_jax, guest=optax_guest),
    'numpy': SimpleNamespace(recognises=lambda found: steps(found) or is_function(found), guest=numpy_guest),
}


def kind_of(found):
    return next((name for name, kind in KINDS.items() if kind.recognises(found)), None)


def describe(found, name):
    """What something is that is no optimizer."""
    if isinstance(found, type):
        return f'{name} is a class without step()'
    made = type(found)
    if kind_of(made) is not None or (hasattr(found, 'init') and hasattr(found, 'update')):
        return f'{name} is an optimizer that was made already ({made.__name__}); name what makes it'
    return f'{name} is of type {made.__name__}'
