"""A network of Lockstep's: its chain of layers as plain JSON, with parameters and running moments by name."""

from types import SimpleNamespace

import torch

from .layers import KINDS
from .lines import Fault


class Network:
    """`parameters`: tensors by name, in PyTorch's layout, which an optimizer moves."""

    def __init__(self, spec, parameters):
        unknown = [layer['kind'] for layer in spec['layers'] if layer['kind'] not in KINDS]
        if unknown:
            raise Fault('plan', f'there is no kind of layer {unknown[0]}: expected {", ".join(KINDS)}')
        self.layers = spec['layers']
        self.parameters = parameters
        self.moments = {
            layer['name']: moments_like(parameters[f'{layer["name"]}.scale'])
            for layer in self.layers
            if layer['kind'] == 'norm'
        }

    def evaluate(self, x):
        """Logits with running moments, and nothing dropped."""
        return self._run(x, training=False, uses_moments=True, masks=None)

    def train(self, x, masks, learn=True):
        """Logits with the moments of the batch, from which the running ones learn if they are to."""
        return self._run(x, training=True, uses_moments=learn, masks=masks)

    def _run(self, x, **how):
        given = SimpleNamespace(
            parameters=self.parameters,
            moments=self.moments,
            weight=lambda layer: self.parameters[f'{layer["name"]}.weight'],
            bias=lambda layer: self.parameters[f'{layer["name"]}.bias'] if layer['bias'] else None,
            **how,
        )
        for layer in self.layers:
            x = KINDS[layer['kind']](layer, x, given)
        return x


def moments_like(scale):
    return torch.zeros_like(scale, requires_grad=False), torch.ones_like(scale, requires_grad=False)
