"""What moves the parameters: torch's own optimizer of a rule, or a user's class."""

import importlib.util
import inspect
import os
import sys
import traceback

import torch

from .lines import Fault


def make_optimizer(spec, parameters):
    """`spec`: either class and keywords of torch.optim, or a file, a name in it, and hyper-parameters."""
    if 'file' not in spec:
        return getattr(torch.optim, spec['class'])(parameters, **together(spec['hyper'], ['betas']))
    found = load_class(spec['file'], spec.get('object'))
    words = keywords(found, spec['hyper'])
    try:
        return found(parameters, **words)
    except Exception as error:
        raise Fault('class', f'{found.__name__}({shown(words)}) raised {said(error)}') from error


def load_class(path, name=None):
    """The class of a file that is named, or its only optimizer."""
    module = import_file(path)
    own = {
        key: value
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, torch.optim.Optimizer) and value is not torch.optim.Optimizer
    }
    if name is None:
        here = [value for value in own.values() if value.__module__ == module.__name__]
        if len(here) == 1:
            return here[0]
        names = ', '.join(value.__name__ for value in here) or 'none'
        raise Fault('class', f'{path} defines {len(here)} optimizers ({names}): say which, as in {path}:NAME')
    if name in own:
        return own[name]
    what = f'is no torch.optim.Optimizer but {type(vars(module)[name]).__name__}' if name in vars(module) else 'is not there'
    raise Fault('class', f'{path}: {name} {what}. Optimizers of this file: {", ".join(own) or "none"}')


def import_file(path):
    """Imports it by its path; what it imports from its own folder is found."""
    if not os.path.isfile(path):
        raise Fault('class', f'there is no file {path}')
    full = os.path.abspath(path)
    sys.path.insert(0, os.path.dirname(full))
    name = os.path.splitext(os.path.basename(full))[0]
    spec = importlib.util.spec_from_file_location(name, full)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        raise Fault('class', f'{path} cannot be imported: {said(error)}') from error
    return module


def keywords(found, hyper):
    """Hyper-parameters as the constructor takes them: beta1 and beta2 may be its betas."""
    takes = list(inspect.signature(found).parameters.values())[1:]
    names = [p.name for p in takes if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    words = together(hyper, names)
    anything = any(p.kind is p.VAR_KEYWORD for p in takes)
    unknown = [] if anything else [name for name in words if name not in names]
    if unknown:
        raise Fault('class', f'{found.__name__} takes no {unknown[0]}; it takes {", ".join(names) or "none"}')
    lacking = [p.name for p in takes if p.default is p.empty and p.name in names and p.name not in words]
    if lacking:
        raise Fault('class', f'{found.__name__} needs {lacking[0]}, which has no default: give it a value')
    return words


def together(hyper, names):
    """beta1 and beta2 as the pair `betas`, where that is a name."""
    if 'betas' not in names or not ('beta1' in hyper or 'beta2' in hyper):
        return dict(hyper)
    rest = {name: value for name, value in hyper.items() if name not in ('beta1', 'beta2')}
    return {**rest, 'betas': (hyper.get('beta1', 0.9), hyper.get('beta2', 0.999))}


def takes_closure(optimizer):
    """Whether its step must be given a function that takes loss and gradient again."""
    required = [p for p in inspect.signature(optimizer.step).parameters.values() if p.default is p.empty]
    return any(p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in required)


def shown(words):
    return ', '.join(f'{name}={value!r}' for name, value in words.items())


def said(error):
    """An error in one line, with the place where it was raised."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    place = ''.join(f' ({os.path.basename(frame.filename)}:{frame.lineno}, in {frame.name})' for frame in last)
    return f'{type(error).__name__}: {error}{place}'
