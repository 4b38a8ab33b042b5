"""The keywords of somebody's constructor as flat hyper-parameters: a tuple `betas` is beta1 and beta2."""

import inspect
import math

from faults import Usage

REQUIRED = inspect.Parameter.empty

# How a framework runs, or how it finds its parameters: no part of a formula.
MACHINERY = {
    *('defaults', 'foreach', 'fused', 'capturable', 'differentiable'),
    *('use_ema', 'ema_momentum', 'ema_overwrite_frequency', 'loss_scale_factor', 'gradient_accumulation_steps'),
    *('clipnorm', 'clipvalue', 'global_clipnorm', 'jit_compile', 'name'),
}
RATES = ('lr', 'learning_rate', 'learningrate', 'rate', 'eta', 'step_size', 'stepsize')
GUESSES = [(RATES, 0.01), (('eps', 'epsilon'), 1e-8), (('betas', 'beta', 'momentum', 'rho', 'decay', 'gamma'), 0.9)]


class Keywords:
    """What a function or class takes after `skip` leading parameters."""

    def __init__(self, constructor, skip=0):
        parameters = [p for p in parameters_of(constructor)[skip:] if p.kind not in VARIADIC]
        self.defaults_of = {p.name: default_of(p) for p in parameters if p.name not in MACHINERY}
        # flat name -> (keyword, place in the tuple or None)
        self.flat = {}
        for keyword, default in self.defaults_of.items():
            self.flat.update({name: (keyword, place) for name, place in flattened(keyword, default)})
        self.required = [name for name, (keyword, _) in self.flat.items() if self.defaults_of[keyword] is REQUIRED]
        # accepted, but its own value is no number: only for whom it is known by name
        self.others = [name for name in self.flat if self.default(name) is None]
        self.hyper = [name for name in self.flat if name not in self.others]
        self.defaults = {
            name: self.default(name)
            for name in self.hyper
            if name not in self.required and math.isfinite(self.default(name))
        }

    def default(self, name):
        keyword, place = self.flat[name]
        default = self.defaults_of[keyword]
        return default if default is REQUIRED or place is None else default[place]

    def words(self, hyper, before=None):
        """Keywords for flat values. What is not given is left out, or stays what it was before in a tuple."""
        unknown = [name for name in hyper if name not in self.flat]
        if unknown:
            raise Usage(f'unknown hyper-parameter {unknown[0]}: it takes {", ".join(self.flat) or "none"}')
        words = {}
        for name, value in hyper.items():
            keyword, place = self.flat[name]
            default = self.default(name)
            # whoever says None means switched off
            number = None if default is None and value in (0, False) else plain(value, default)
            if place is None:
                words[keyword] = number
            else:
                parts = words.get(keyword) or (before or {}).get(keyword) or self.guessed(keyword)
                words[keyword] = (*parts[:place], number, *parts[place + 1 :])
        return words

    def guessed(self, keyword):
        default = self.defaults_of[keyword]
        return (guess(keyword),) * 2 if default is REQUIRED else tuple(default)

    def guesses(self):
        """Plausible values for what has no default, to try it out with."""
        return {name: guess(self.flat[name][0]) for name in self.required}


VARIADIC = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def parameters_of(constructor):
    """What it takes, without self; what goes on through **kwargs is what the base class takes."""
    if not isinstance(constructor, type):
        return list(inspect.signature(constructor).parameters.values())
    found = {}
    for owner in constructor.__mro__[:-1]:
        if '__init__' not in vars(owner):
            continue
        own = list(inspect.signature(vars(owner)['__init__']).parameters.values())[1:]
        found.update({p.name: p for p in own if p.name not in found and p.kind not in VARIADIC})
        if not any(p.kind is p.VAR_KEYWORD for p in own):
            break
    return list(found.values())


def default_of(parameter):
    # torch.optim marked what is required by an object of its own
    return REQUIRED if type(parameter.default).__name__ == '_RequiredParameter' else parameter.default


def flattened(keyword, default):
    """The flat names of a keyword, each with its place in the tuple; none where it is no number, option or None."""
    if keyword == 'betas' and default is REQUIRED:
        return [('beta1', 0), ('beta2', 1)]
    if default is REQUIRED or default is None or is_number(default):
        return [(keyword, None)]
    if isinstance(default, (tuple, list)) and default and all(is_number(value) for value in default):
        return [(f'{keyword.removesuffix("s")}{i + 1}', i) for i in range(len(default))]
    return []


def is_number(value):
    # numpy's scalars are numbers, too
    return isinstance(value, (bool, int, float)) or (hasattr(value, 'dtype') and getattr(value, 'shape', None) == ())


def plain(value, default):
    """A number as the constructor expects it: an option, a count where its default counts, else a float."""
    if isinstance(value, bool):
        return value
    counts = isinstance(default, int) and not isinstance(default, bool) and abs(default) > 1
    return round(value) if counts else float(value)


def guess(keyword):
    name = keyword.lower().strip('_')
    return next((value for names, value in GUESSES if name.rstrip('0123456789_') in names or name in names), 0.1)
