"""A user's optimizer: its file is imported as it would be by its author, and what it names is told apart by what it is."""

import importlib.util
import os
import sys

from faults import Usage
from traces import HERE
from user_kinds import KINDS, describe, kind_of

EXPECTED = (
    'expected a torch.optim.Optimizer subclass, a Keras optimizer class, an Optax factory (a function that returns '
    'init and update), or a class or function on NumPy arrays whose objects have step(gradient)'
)


class UserFile:
    """`name`: of the class or function; without it, the only optimizer of the file."""

    def __init__(self, path, name=None):
        self.path = path
        self.name = name

    def load(self):
        """The guest that plays it. What the file says wrong is a Usage; what breaks in it goes through."""
        driver = Driver()
        module = import_file(self.path)
        found = self.pick(module)
        kind = kind_of(found)
        if kind is None:
            raise Usage(f'{describe(found, self.name)}; {EXPECTED}')
        with driver:
            guest = KINDS[kind].guest()
        return guest(found, {'kind': kind, 'file': self.path, 'object': found.__name__})

    def pick(self, module):
        if self.name is not None:
            return attribute(module, self.name)
        found = candidates(module)
        if len(found) == 1:
            return found[0]
        names = [each.__name__ for each in found]
        if not found:
            raise Usage(f'there is no optimizer in it that is recognised; {EXPECTED}')
        raise Usage(f'it has {len(found)} candidates: {", ".join(names)}. Name one: {self.path}:{names[0]}')


def attribute(module, dotted):
    found = module
    for name in dotted.split('.'):
        if not hasattr(found, name):
            import difflib

            names = [known for known in vars(found) if not known.startswith('_')] if hasattr(found, '__dict__') else []
            near = difflib.get_close_matches(name, names, 3, 0.5) or [each.__name__ for each in candidates(module)]
            hint = f'Did you mean {" or ".join(near)}?' if near else 'It defines no class and no function.'
            raise Usage(f'there is no {dotted} in it. {hint}')
        found = getattr(found, name)
    return found


def candidates(module):
    """What was made in the file itself and is recognised: classes first, else its public functions."""
    own = [
        value
        for name, value in vars(module).items()
        if not name.startswith('_') and callable(value) and getattr(value, '__module__', None) == module.__name__
    ]
    classes = [value for value in own if isinstance(value, type) and kind_of(value) is not None]
    return classes or [value for value in own if not isinstance(value, type)]


def import_file(path):
    """Imports it by its path, as a part of its package where it is in one; its own directory comes first."""
    if not os.path.isfile(path):
        raise Usage(f'there is no file {path}')
    full = os.path.abspath(path)
    directory, file = os.path.split(full)
    package, root = [], directory
    while os.path.exists(os.path.join(root, '__init__.py')):
        root, folder = os.path.split(root)
        package.insert(0, folder)
    sys.path[:0] = [directory] if root == directory else [directory, root]
    name = '.'.join([*package, os.path.splitext(file)[0]])
    spec = importlib.util.spec_from_file_location(name, full)
    module = importlib.util.module_from_spec(spec)
    for i in range(1, len(package) + 1):
        importlib.import_module('.'.join(package[:i]))
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Driver:
    """The modules of this folder, out of the way of a user's of the same name; back again inside of `with`."""

    def __init__(self):
        self.modules = {name: module for name, module in sys.modules.items() if self.owns(module)}
        self.theirs = {}
        sys.path[:] = [path for path in sys.path if os.path.abspath(path) != HERE]
        for name in self.modules:
            del sys.modules[name]

    def owns(self, module):
        file = getattr(module, '__file__', None)
        return file is not None and module.__name__ != '__main__' and os.path.dirname(os.path.abspath(file)) == HERE

    def __enter__(self):
        self.theirs = {name: sys.modules[name] for name in self.modules if name in sys.modules}
        sys.modules.update(self.modules)
        sys.path.insert(0, HERE)

    def __exit__(self, *_):
        self.modules.update({name: module for name, module in sys.modules.items() if self.owns(module)})
        sys.path.remove(HERE)
        for name in self.modules:
            sys.modules.pop(name, None)
        sys.modules.update(self.theirs)
