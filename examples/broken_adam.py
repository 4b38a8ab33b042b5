"""Adam for PyTorch with epsilon inside the root: lockstep verify examples/broken_adam.py:BrokenAdam --rule adam/kingma-ba"""

import torch


class BrokenAdam(torch.optim.Optimizer):
    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {'lr': lr, 'betas': betas, 'eps': eps})

    @torch.no_grad()
    def step(self, closure=None):
        loss = closure() if closure else None
        for group in self.param_groups:
            beta1, beta2 = group['betas']
            for p in group['params']:
                if p.grad is None:
                    continue
                state = self.state[p]
                if not state:
                    state['step'] = 0
                    state['exp_avg'] = torch.zeros_like(p)
                    state['exp_avg_sq'] = torch.zeros_like(p)
                state['step'] += 1
                state['exp_avg'].mul_(beta1).add_(p.grad, alpha=1 - beta1)
                state['exp_avg_sq'].mul_(beta2).addcmul_(p.grad, p.grad, value=1 - beta2)
                mean = state['exp_avg'] / (1 - beta1 ** state['step'])
                square = state['exp_avg_sq'] / (1 - beta2 ** state['step'])
                p.sub_(group['lr'] * mean / (square + group['eps']).sqrt())
        return loss
