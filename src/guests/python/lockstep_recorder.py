"""Records what a torch optimizer does, step by step, for `lockstep check`. One file, no dependencies but torch.

    from lockstep_recorder import record

    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    with record(optimizer, 'trace.jsonl', model=model, every=10, sample=256):
        train()

    $ lockstep check trace.jsonl --rule adamw/pytorch

every=k    records steps 1, 1 + k, 1 + 2k, ...: each with what was before it, so that each is checked on its own
sample=n   records n elements of each parameter, the same at every step; None: all of them
seed       which elements
model, or names (pairs such as model.named_parameters() gives), says what the parameters are called

The name of the file says how it is written: .jsonl line by line, .safetensors at the end and from memory.
What cannot be recorded as it happens is refused: closures, gradients that are still scaled by a GradScaler (a fused
optimizer unscales them itself), sparse or complex parameters, and formats other than float32 and float64.
The gradient is what the optimizer sees when its step begins: register the recorder after hooks that change it.
The format is specified in docs/traces.md of Lockstep: lockstep/trace/1.
"""

import json
import math
import random
import struct

import torch

__all__ = ['record']

SCHEMA = 'lockstep/trace/1'
# Switches that choose the code that runs, not what it computes.
FLAGS = ('foreach', 'fused', 'capturable', 'differentiable')
FORMATS = {torch.float32: ('float32', 'f', 'F32'), torch.float64: ('float64', 'd', 'F64')}


class Refused(RuntimeError):
    """What cannot be recorded as it happens."""


def record(optimizer, path, *, model=None, names=None, every=1, sample=None, seed=0, rule=None):
    """A context in which every step of the optimizer is recorded; it can also be closed by hand."""
    return Recorder(optimizer, path, model, names, every, sample, seed, rule)


class Recorder:
    def __init__(self, optimizer, path, model, names, every, sample, seed, rule):
        if every < 1 or (sample is not None and sample < 1):
            raise ValueError('every and sample are whole numbers from 1 on')
        writers = {'jsonl': Lines, 'safetensors': Tensors}
        ending = str(path).rsplit('.', 1)[-1]
        if ending not in writers:
            raise ValueError(f'{path}: expected a name that ends in .jsonl or .safetensors')
        self.optimizer, self.every = optimizer, every
        self.params = [
            Parameter(p, name, g, sample, seed)
            for (p, g), name in zip(members(optimizer), names_of(optimizer, model, names))
        ]
        self.resumed = any(state_of(optimizer, param.tensor) for param in self.params)
        self.steps, self.hyper, self.last, self.pending = 0, hyper_of(optimizer), None, None
        self.writer = writers[ending](path, self.header(rule), self.params)
        self.hooks = [
            optimizer.register_step_pre_hook(self.before),
            optimizer.register_step_post_hook(self.after),
        ]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for hook in self.hooks:
            hook.remove()
        if self.writer:
            self.writer.close()
        self.hooks, self.writer = [], None

    def header(self, rule):
        made = {'library': 'torch', 'version': torch.__version__, 'optimizer': type(self.optimizer).__name__}
        made['device'] = ', '.join(sorted({str(param.tensor.device.type) for param in self.params}))
        for flag in FLAGS:
            if any(group.get(flag) for group in self.optimizer.param_groups):
                made[flag] = 'true'
        header = {'schema': SCHEMA, 'format': self.params[0].format, 'made': made, 'groups': self.hyper}
        header['params'] = [param.header(self.params[0].format) for param in self.params]
        return header if rule is None else {'rule': rule, **header}

    def before(self, optimizer, args, kwargs):
        self.steps += 1
        self.pending = None
        if (self.steps - 1) % self.every:
            return
        if any(given is not None for given in (*args[1:], kwargs.get('closure'))):
            raise Refused('the gradients of a closure come after the step has begun; record an optimizer without one')
        if getattr(optimizer, 'grad_scale', None) is not None:
            raise Refused('these gradients are still scaled by a GradScaler; use an optimizer that is not fused')
        if [id(p) for p, _ in members(optimizer)] != [id(param.tensor) for param in self.params]:
            raise Refused('the optimizer has other parameters than when recording began; record a new trace')
        gradients = {param.name: param.gradient() for param in self.params}
        self.pending = {'g': gradients, 'before': self.moment(), 'hyper': hyper_of(optimizer)}

    def after(self, optimizer, args, kwargs):
        if self.pending is None:
            return
        given, self.pending = self.pending, None
        now = self.moment()
        step = {'step': self.steps, 't': self.counts()}
        if given['hyper'] != self.hyper:
            step['hyper'] = self.hyper = given['hyper']
        follows = self.last is not None and self.last[0] == self.steps - 1
        if not (follows and same(self.last[1], given['before'])):
            step['before'] = given['before']
        self.writer.write({**step, 'g': given['g'], **now})
        self.last = (self.steps, now)

    def moment(self):
        """Iterates and state now, as far as they are recorded."""
        x = {param.name: param.pick(param.tensor.detach()) for param in self.params}
        return {'x': x, 'state': {param.name: self.state(param) for param in self.params}}

    def state(self, param):
        found = state_of(self.optimizer, param.tensor)
        return {
            name: param.pick(value)
            for name, value in found.items()
            if torch.is_tensor(value) and value.shape == param.tensor.shape and value.dtype == param.tensor.dtype
        }

    def counts(self):
        """How often each parameter was updated; null where nobody counts and recording did not begin at the start."""
        counts = {}
        for param in self.params:
            step = state_of(self.optimizer, param.tensor).get('step')
            if step is not None and float(step) >= 1:
                counts[param.name] = int(step)
            elif self.resumed and step is None:
                counts[param.name] = None
        return counts


class Parameter:
    def __init__(self, tensor, name, group, sample, seed):
        if tensor.dtype not in FORMATS or tensor.is_sparse:
            raise Refused(f'{name} is {tensor.dtype}, {tensor.layout}: only dense float32 and float64 can be recorded')
        self.tensor, self.name, self.group, self.size = tensor, name, group, tensor.numel()
        self.format, self.code, self.type = FORMATS[tensor.dtype]
        self.indices = None
        if sample is not None and sample < self.size:
            self.indices = sorted(random.Random(f'{seed} {name}').sample(range(self.size), sample))
            self.places = torch.tensor(self.indices, device=tensor.device)
        self.length = self.size if self.indices is None else sample

    def pick(self, values):
        """The recorded elements, as Python numbers: exact, and a copy."""
        flat = values.detach().reshape(-1)
        return (flat if self.indices is None else flat[self.places.to(flat.device)]).tolist()

    def gradient(self):
        grad = self.tensor.grad
        if grad is None:
            return None
        if grad.is_sparse or grad.dtype != self.tensor.dtype:
            raise Refused(f'the gradient of {self.name} is {grad.dtype}, {grad.layout}: expected a dense {self.format}')
        return self.pick(grad)

    def header(self, usual):
        found = {'name': self.name, 'group': self.group, 'size': self.size}
        if self.format != usual:
            found['format'] = self.format
        return found if self.indices is None else {**found, 'indices': self.indices}

    def bits(self, values, order='>'):
        return struct.pack(f'{order}{len(values)}{self.code}', *values)


def members(optimizer):
    return [(p, g) for g, group in enumerate(optimizer.param_groups) for p in group['params']]


def names_of(optimizer, model, names):
    """A name for each parameter: as given, as the model or the optimizer has it, else by its place."""
    if names is None and model is not None:
        names = model.named_parameters()
    given = {id(p): name for name, p in names or ()}
    for group in optimizer.param_groups:
        for p, name in zip(group['params'], group.get('param_names', ())):
            given.setdefault(id(p), name)
    return [given.get(id(p), f'group{g}.{k}') for k, (p, g) in enumerate(members(optimizer))]


def state_of(optimizer, tensor):
    return optimizer.state[tensor] if tensor in optimizer.state else {}


def hyper_of(optimizer):
    """The optimizer's own numbers and switches in each group, as they are now: a schedule changes them."""
    groups = []
    for group in optimizer.param_groups:
        values = {}
        for name, value in group.items():
            if name not in optimizer.defaults:
                continue
            if name == 'betas':
                values['beta1'], values['beta2'] = float(value[0]), float(value[1])
            elif isinstance(value, bool):
                values.update({} if name in FLAGS else {name: value})
            elif isinstance(value, (int, float)) or (torch.is_tensor(value) and value.numel() == 1):
                values[name] = float(value)
        groups.append(values)
    return groups


def same(a, b):
    """Whether two moments hold the same numbers; NaN is no reason to differ."""
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    return a == b or (len(a) == len(b) and all(p == q or (math.isnan(p) and math.isnan(q)) for p, q in zip(a, b)))


class Lines:
    """JSON lines, each written as soon as its step is over."""

    def __init__(self, path, header, params):
        self.params = {param.name: param for param in params}
        self.file = open(path, 'w', encoding='utf-8')
        self.line(header)

    def line(self, value):
        self.file.write(json.dumps(value, allow_nan=False, separators=(',', ':')) + '\n')

    def hex(self, arrays):
        return {name: values if values is None else self.params[name].bits(values).hex() for name, values in arrays.items()}

    def moment(self, moment):
        state = {}
        for name, variables in moment['state'].items():
            if variables:
                state[name] = {id_: self.params[name].bits(values).hex() for id_, values in variables.items()}
        return {'x': self.hex(moment['x']), 'state': state}

    def write(self, step):
        step = {**step, 'g': self.hex(step['g']), **self.moment(step)}
        if 'before' in step:
            step['before'] = self.moment(step['before'])
        self.line(step)

    def close(self):
        self.file.close()


class Tensors:
    """Safetensors: one array a variable with a row a recorded step; written when recording ends."""

    def __init__(self, path, header, params):
        self.path, self.header, self.params, self.steps = path, header, params, []
        open(path, 'wb').close()

    def write(self, step):
        self.steps.append(step)

    def columns(self):
        """Name, type, numbers a row, and the rows as bytes."""
        steps, hyper = self.steps, []
        for step in steps:
            hyper.append(step.get('hyper', hyper[-1] if hyper else self.header['groups']))
        yield 'step', 'I64', (), [struct.pack('<q', step['step']) for step in steps]
        for g, group in enumerate(self.header['groups']):
            for name, value in group.items():
                kind, code = ('BOOL', '<?') if isinstance(value, bool) else ('F64', '<d')
                yield f'hyper/{g}/{name}', kind, (), [struct.pack(code, groups[g][name]) for groups in hyper]
        for param in self.params:
            yield from self.parameter(param)

    def parameter(self, param):
        def rows(pick):
            return [pick(step) or [0.0] * param.length for step in self.steps]

        counts = [step['t'].get(param.name) for step in self.steps]
        if any(param.name in step['t'] for step in self.steps):
            yield f't/{param.name}', 'I64', (), [struct.pack('<q', count or 0) for count in counts]
        absent = [step['g'][param.name] is None for step in self.steps]
        if any(absent):
            yield f'absent/{param.name}', 'BOOL', (), [struct.pack('<?', gone) for gone in absent]
        before = [step.get('before', last) for step, last in zip(self.steps, [None, *self.steps])]
        arrays = {f'g/{param.name}': rows(lambda step: step['g'][param.name])}
        arrays[f'x/{param.name}'] = [step['x'][param.name] for step in self.steps]
        arrays[f'before/x/{param.name}'] = [moment['x'][param.name] for moment in before]
        for name in self.steps[-1]['state'][param.name] if self.steps else ():
            then, now = ([m['state'].get(param.name, {}).get(name) for m in moments] for moments in (before, self.steps))
            # Before the first update there is no state, and none is looked for; but which one is the first must be known.
            if None in then and None in counts and any(param.name in step['t'] for step in self.steps):
                continue
            for prefix, found in (('', now), ('before/', then)):
                arrays[f'{prefix}state/{name}/{param.name}'] = [values or [0.0] * param.length for values in found]
        for name, values in arrays.items():
            yield name, param.type, (param.length,), [param.bits(row, '<') for row in values]

    def close(self):
        entries, at, blobs = {'__metadata__': {'lockstep': json.dumps(self.header)}}, 0, []
        for name, kind, row, rows in self.columns():
            blob = b''.join(rows)
            entries[name] = {'dtype': kind, 'shape': [len(rows), *row], 'data_offsets': [at, at + len(blob)]}
            at += len(blob)
            blobs.append(blob)
        text = json.dumps(entries).encode()
        text += b' ' * (-len(text) % 8)
        with open(self.path, 'wb') as file:
            file.write(struct.pack('<Q', len(text)) + text)
            file.writelines(blobs)
