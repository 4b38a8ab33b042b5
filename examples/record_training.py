"""Trains a small network for 1,200 steps with AdamW and a schedule, and records what the optimizer does.

    npx lockstep check --write-recorder lockstep_recorder.py
    python record_training.py trace.jsonl
    npx lockstep check trace.jsonl --rule adamw/pytorch

--fault shows what a mistake looks like: from step 700 on the optimizer does something else.
"""

import argparse
import math
import sys

import torch
from torch import nn

parser = argparse.ArgumentParser(description='Trains a small network with AdamW and records a trace.')
parser.add_argument('trace', help='a file to write: .jsonl or .safetensors')
parser.add_argument('--steps', type=int, default=1200)
parser.add_argument('--every', type=int, default=1)
parser.add_argument('--sample', type=int)
parser.add_argument('--fault', choices=['epsilon', 'decay'], help='from step 700 on: epsilon in the root; coupled decay')
parser.add_argument('--recorder', help='the folder of lockstep_recorder.py, where it is not this one')
given = parser.parse_args()
if given.recorder:
    sys.path.insert(0, given.recorder)
from lockstep_recorder import record  # noqa: E402


class Faulty(torch.optim.AdamW):
    """AdamW by hand, with a fault that begins late."""

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group['params']:
                self.update(p, group)

    def update(self, p, group):
        state = self.state[p]
        if not state:
            state.update(step=torch.tensor(0.0), exp_avg=torch.zeros_like(p), exp_avg_sq=torch.zeros_like(p))
        state['step'] += 1
        t, (beta1, beta2), lr, decay = int(state['step']), group['betas'], group['lr'], group['weight_decay']
        wrong = given.fault if t >= 700 else None
        g = p.grad + decay * p if wrong == 'decay' else p.grad
        if wrong != 'decay':
            p.mul_(1 - lr * decay)
        state['exp_avg'].lerp_(g, 1 - beta1)
        state['exp_avg_sq'].mul_(beta2).addcmul_(g, g, value=1 - beta2)
        v = state['exp_avg_sq']
        if wrong == 'epsilon':
            denominator = (v / (1 - beta2**t) + group['eps']).sqrt()
        else:
            denominator = v.sqrt() / math.sqrt(1 - beta2**t) + group['eps']
        p.addcdiv_(state['exp_avg'], denominator, value=-lr / (1 - beta1**t))


torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Sequential(nn.Linear(2, 24), nn.Tanh(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 3))
optimizer = (Faulty if given.fault else torch.optim.AdamW)(model.parameters(), lr=3e-3, weight_decay=0.05)
schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=given.steps)

# Three spirals in the plane.
label = torch.arange(300) % 3
radius = torch.rand(300)
angle = 4 * radius + label * 2 * math.pi / 3 + 0.1 * torch.randn(300)
points = torch.stack([radius * angle.cos(), radius * angle.sin()], 1)

with record(optimizer, given.trace, model=model, every=given.every, sample=given.sample):
    for _ in range(given.steps):
        batch = torch.randint(300, (32,))
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(points[batch]), label[batch])
        loss.backward()
        optimizer.step()
        schedule.step()

right = (model(points).argmax(1) == label).float().mean()
print(f'{given.steps} steps, loss {loss.item():.3f}, {100 * right:.0f} % right')
