"""One run: the epochs of a plan, with the measurements that Lockstep makes of its own."""

import math
import os
import time

import numpy
import torch

from .gradient import BatchGradient
from .images import Batches, Images
from .lines import Fault
from .masks import Masks
from .measures import evaluate, gradient_noise, gradient_norms
from .network import Network
from .optimizers import make_optimizer, said, takes_closure
from .weights import read_weights, write_weights

# Seconds between two lines that only tell how far the run is.
TELL = 0.1


class Run:
    """`plan`: what Lockstep wrote, with the names of the files beside it in `folder`."""

    def __init__(self, plan, folder, lines):
        self.plan = plan
        self.folder = folder
        self.lines = lines
        self.dtype = getattr(torch, plan['precision'])
        self.device = torch.device(plan['device'])
        train, held = Images(self.paths(plan['train'])), plan['held']
        self.train = self.batches(train)
        self.held = self.train if held['files'] is None else self.batches(Images(self.paths(held['files'])))
        parameters = read_weights(self.path('weights'), plan['parameters'], self.dtype, self.device)
        self.network = Network(plan['network'], parameters)
        penalised = [parameters[spec['name']] for spec in plan['parameters'] if spec['role'] == 'weight']
        self.gradient = BatchGradient(self.network, self.train, plan['l2'], penalised, plan['chunk'])
        self.optimizer = make_optimizer(plan['optimizer'], list(parameters.values()))
        self.takes_closure = takes_closure(self.optimizer)
        self.rates = [group.get('lr') for group in self.optimizer.param_groups]
        self.shares = numpy.fromfile(self.path('shares'), dtype='<f8') if plan['scheduled'] else None
        self.step, self.epoch, self.ended, self.told = 0, 0, False, 0.0
        self.kept, self.norms = [], {}

    def path(self, name):
        return os.path.join(self.folder, name)

    def paths(self, names):
        return [self.path(name) for name in names]

    def batches(self, images):
        return Batches(images, self.path('table'), self.dtype, self.device)

    def numbers(self, name, dtype='<u4'):
        return numpy.fromfile(self.path(name), dtype=dtype).astype(numpy.intp)

    def all(self):
        while self.step < self.plan['steps'] and not self.ended:
            self.epoch += 1
            self.train_epoch()
            if not self.ended and self.plan['measure']:
                self.measure_epoch()
        if self.plan['save']:
            write_weights(self.path('trained'), self.plan['parameters'], self.network.parameters)

    def train_epoch(self):
        plan = self.plan
        self.lines.send('epoch', epoch=self.epoch)
        self.lines.wait_for('epoch')
        order = self.numbers(f'order-{self.epoch}')
        shifts = self.numbers(f'shifts-{self.epoch}', 'i1').reshape(-1, 3) if plan['augment'] else None
        masks = Masks(self.path(f'masks-{self.epoch}') if plan['masks'] else None)
        seen, seconds, batch = 0, 0.0, plan['batch']
        for begin in range(0, len(order), batch):
            if self.step == plan['steps'] or self.ended:
                break
            if plan['paced'] and not self.kept:
                self.lines.wait_for('window')
            part = slice(begin, begin + batch)
            started = time.perf_counter()
            self.move(order[part], None if shifts is None else shifts[part], masks)
            last = begin + batch >= len(order) or self.step == plan['steps']
            read = self.read() if last or len(self.kept) >= plan['window'] else []
            seconds += time.perf_counter() - started
            seen += len(order[part])
            self.report(read)
            self.watch()
            self.tell(bool(read))
        if not self.ended:
            self.figure('images_per_second', seen / seconds)

    def move(self, indices, shifts, masks):
        if self.shares is not None:
            for group, lr in zip(self.optimizer.param_groups, self.rates):
                group['lr'] = lr * float(self.shares[self.step])
        begin = masks.at
        loss = self.gradient.of(indices, masks, shifts)
        every = self.plan['gradientNorms']
        # Before the step, after which a user's class may have dropped the gradients.
        self.norms = gradient_norms(self.network.parameters) if every and self.step % every == 0 else {}

        def again():
            masks.at = begin
            return self.gradient.of(indices, masks, shifts, learn=False)

        try:
            self.optimizer.step(*([again] if self.takes_closure else []))
        except (Exception, SystemExit) as error:
            raise Fault('step', f'step {self.step + 1} raised {said(error)}') from error
        self.step += 1
        self.kept.append((self.step, loss))

    def read(self):
        """The losses since the last time, up to the first that is not finite."""
        values = torch.stack([loss for _, loss in self.kept]).tolist()
        found = [(step, value) for (step, _), value in zip(self.kept, values)]
        self.kept = []
        bad = next((k for k, (_, value) in enumerate(found) if not math.isfinite(value)), None)
        return found if bad is None else found[: bad + 1]

    def report(self, read):
        if not read:
            return
        self.ended = not math.isfinite(read[-1][1])
        finite = read[:-1] if self.ended else read
        if self.plan['everyLoss']:
            for step, value in finite:
                self.lines.figure(self.epoch, step, 'batch_loss', value)
        elif finite:
            mean = sum(value for _, value in finite) / len(finite)
            self.lines.figure(self.epoch, finite[-1][0], 'batch_loss', mean)
        if self.ended:
            self.lines.figure(self.epoch, read[-1][0], 'diverged', 1)

    def watch(self):
        if self.ended:
            return
        for name, norm in self.norms.items():
            self.figure(f'gradient_norm/{name}', norm)

    def tell(self, now):
        if now or time.monotonic() - self.told > TELL:
            self.lines.send('step', step=self.step)
            self.told = time.monotonic()

    def measure_epoch(self):
        lr = self.optimizer.param_groups[0].get('lr')
        if lr is not None:
            self.figure('lr', lr)
        held = self.plan['held']
        for name, batches, indices in (('train', self.train, 'sample'), (held['name'], self.held, 'held')):
            loss, accuracy = evaluate(self.network, batches, self.numbers(indices))
            if not math.isfinite(loss):
                self.ended = True
                return self.figure('diverged', 1)
            self.figure(f'{name}_loss', loss)
            self.figure(f'{name}_accuracy', accuracy)
        if self.plan['gradientNoise'] is not None:
            self.measure_noise()

    def measure_noise(self):
        drawn = self.numbers(f'noise-{self.epoch}').reshape(self.plan['gradientNoise'], -1)
        masks = Masks(self.path(f'noise-masks-{self.epoch}') if self.plan['masks'] else None)
        variance, square = gradient_noise(self.gradient, drawn, masks)
        self.figure('gradient_noise', variance)
        self.figure('gradient_square', square)

    def figure(self, metric, value):
        self.lines.figure(self.epoch, self.step, metric, value)
