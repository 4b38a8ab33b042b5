"""torch.optim's own optimizers as a guest: its classes, its step(), its state_dict()."""

import contextlib
import gc
import platform

import torch

from bits import from_bits, read_gradients, to_bits
from faults import Refused, Usage
from saved import decode, encode
from torch_memory import place, untouched
from torch_rules import RULES

DTYPES = {'float32': torch.float32, 'float64': torch.float64}
PATHS = {
    'default': {},
    'loop': {'foreach': False, 'fused': False},
    'foreach': {'foreach': True},
    'fused': {'fused': True},
}


class TorchGuest:
    """`path`: which of torch's own implementations plays; `ieee`: on IEEE roots and powers that are rounded once."""

    name = 'pytorch'
    features = ['groups', 'absent', 'set', 'add', 'save', 'state', 'defaults', 'shapes', 'strides', 'spoil']

    def __init__(self, path='default', ieee=False):
        self.path = 'loop' if ieee else path
        self.ieee = ieee
        self.version = torch.__version__.split('+')[0]
        # fused exists for some classes only, and RMSprop and Adadelta do not take the keyword at all
        self.rules = {id: rule for id, rule in RULES.items() if path != 'fused' or takes(rule, 'fused')}
        self.environment = {
            'build': torch.__version__,
            'cpu_capability': torch.backends.cpu.get_cpu_capability(),
            'python': platform.python_version(),
            'platform': f'{platform.system()}-{platform.machine()}',
            'path': self.path,
            'roots': 'ieee' if ieee else 'as shipped',
            'powers': 'rounded once' if ieee else 'as shipped',
        }

    def open(self, setup, saved=None):
        return TorchRun(self, setup, saved)

    def live(self):
        """Tensors that Python can still reach; what only waits for the collector is not alive."""
        gc.collect()
        return sum(issubclass(type(item), torch.Tensor) for item in gc.get_objects())

    def around_step(self):
        """What a step runs in."""
        if not self.ieee:
            return contextlib.nullcontext()
        from exact import IeeeRoots

        return IeeeRoots()

    def keywords(self, rule, hyper, betas=None):
        """torch's keywords for hyper-parameters; a beta that is not given is left as it was."""
        unknown = [name for name in hyper if name not in rule.hyper]
        if unknown:
            raise Usage(f'unknown hyper-parameter {unknown[0]}: this rule takes {", ".join(rule.hyper)}')
        words = {**rule.fixed, **{name: value for name, value in hyper.items() if name not in ('beta1', 'beta2')}}
        if 'beta1' in hyper or 'beta2' in hyper or (self.ieee and 'beta1' in rule.hyper):
            before = betas or (0.9, 0.999)
            words['betas'] = tuple(self.number(hyper.get(f'beta{i + 1}', before[i])) for i in range(2))
        return words

    def number(self, value):
        if not self.ieee:
            return float(value)
        from exact import Exact

        return Exact(value)


def takes(rule, keyword):
    return keyword in getattr(torch.optim, rule.optimizer).__init__.__code__.co_varnames


def gradient(values, param):
    """A gradient in the layout that backward() gives it: that of its parameter, without gaps."""
    return torch.empty_like(param, requires_grad=False).copy_(torch.tensor(values, dtype=param.dtype).reshape(param.shape))


class TorchRun:
    """One optimizer in the middle of a run."""

    def __init__(self, guest, setup, saved):
        self.guest = guest
        self.rule = guest.rules[setup['rule']]
        self.format = setup['format']
        self.params = []
        self.bases = []
        first, *others = [self.group(group, fresh=True) for group in setup['groups']]
        words = {name: value for name, value in first.items() if name != 'params'}
        flags = {name: value for name, value in PATHS[guest.path].items() if takes(self.rule, name)}
        optimizer = getattr(torch.optim, self.rule.optimizer)
        try:
            # the first group's numbers go through the constructor, which alone checks them
            self.optimizer = optimizer([{'params': first['params']}, *others], **words, **flags)
        except (ValueError, TypeError, RuntimeError) as error:
            raise Refused(str(error)) from error
        if saved is not None:
            self.load(saved)

    def group(self, group, fresh=False):
        params = []
        for given in group['params']:
            param, base = place(from_bits(given['value'], self.format), DTYPES[self.format], given)
            params.append(param)
            self.bases.append(base)
        self.params += params
        betas = None if fresh else self.optimizer.defaults.get('betas')
        return {**self.guest.keywords(self.rule, group['hyper'], betas), 'params': params}

    def read(self, gradients):
        """The gradients of one step as numbers, checked before anything is played."""
        return read_gradients(gradients, [param.numel() for param in self.params], self.format)

    def step(self, values):
        for value, param in zip(values, self.params):
            param.grad = None if value is None else gradient(value, param)
        with self.guest.around_step():
            self.optimizer.step()

    def bits(self, tensor):
        return to_bits(tensor.detach().reshape(-1).tolist(), self.format)

    def x(self):
        return [self.bits(param) for param in self.params]

    def variables(self, param):
        state = self.optimizer.state.get(param, {})
        return {name: state[name] for name in self.rule.state if state.get(name) is not None}

    def state(self):
        return [{name: self.bits(value) for name, value in self.variables(p).items()} for p in self.params]

    def set(self, group, hyper):
        groups = self.optimizer.param_groups
        if not isinstance(group, int) or not 0 <= group < len(groups):
            raise Usage(f'group {group} does not exist: there are {len(groups)}')
        words = self.guest.keywords(self.rule, hyper, groups[group].get('betas'))
        groups[group].update({name: words[name] for name in words if name in hyper or name == 'betas'})

    def add(self, group):
        try:
            self.optimizer.add_param_group(self.group(group))
        except (ValueError, TypeError, RuntimeError) as error:
            raise Refused(str(error)) from error

    def save(self):
        return {'x': self.x(), 'optimizer': encode(self.optimizer.state_dict())}

    def load(self, saved):
        for param, bits in zip(self.params, saved['x']):
            with torch.no_grad():
                param.copy_(torch.tensor(from_bits(bits, self.format), dtype=param.dtype).reshape(param.shape))
        state = decode(saved['optimizer'])
        for group in state['param_groups']:
            if 'betas' in group:
                group['betas'] = tuple(self.guest.number(beta) for beta in group['betas'])
        self.optimizer.load_state_dict(state)

    def spoil(self):
        """What zero_grad(set_to_none=False) and the next backward() do: the same memory gets other numbers."""
        for param in self.params:
            if param.grad is not None:
                param.grad.fill_(float('nan'))

    def observe(self):
        dtypes = [{'x': p, **self.variables(p)} for p in self.params]
        return {
            'state': self.state(),
            'gradients': [None if p.grad is None else self.bits(p.grad) for p in self.params],
            'dtypes': [{name: str(v.dtype).removeprefix('torch.') for name, v in row.items()} for row in dtypes],
            'surroundings': all(untouched(param, base) for param, base in zip(self.params, self.bases)),
        }
