"""The gradient of the mean loss over any number of images, in chunks."""

import torch.nn.functional as F


class BatchGradient:
    """Leaves the gradient in `.grad`; `penalised`: the weights whose gradient gets l2 times themselves."""

    def __init__(self, network, batches, l2, penalised, chunk):
        self.network = network
        self.batches = batches
        self.l2 = l2
        self.penalised = penalised
        self.chunk = chunk

    def of(self, indices, masks, shifts=None, learn=True):
        """The mean cross entropy as a tensor, without the penalty."""
        for parameter in self.network.parameters.values():
            parameter.grad = None
        total = None
        for begin in range(0, len(indices), self.chunk):
            part = slice(begin, begin + self.chunk)
            x, labels = self.batches.of(indices[part], None if shifts is None else shifts[part])
            loss = F.cross_entropy(self.network.train(x, masks, learn), labels)
            if len(indices) > self.chunk:
                loss = loss * (len(labels) / len(indices))
            loss.backward()
            total = loss.detach() if total is None else total + loss.detach()
        if self.l2:
            for parameter in self.penalised:
                parameter.grad.add_(parameter.detach(), alpha=self.l2)
        return total
