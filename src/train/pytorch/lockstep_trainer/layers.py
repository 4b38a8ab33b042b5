"""The kinds of layers, each as a function of (layer, input, pass); images are [batch, channels, height, width]."""

import torch.nn.functional as F


def same_padding(size, kernel, stride):
    """Before and after an axis, so that stride 1 keeps the size: the odd one comes after."""
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def conv(layer, x, given):
    rows, columns = (same_padding(size, layer['kernel'], layer['stride']) for size in x.shape[2:])
    even = rows[0] == rows[1] and columns[0] == columns[1]
    padding = (rows[0], columns[0]) if even else 0
    if not even:
        x = F.pad(x, (*columns, *rows))
    return F.conv2d(x, given.weight(layer), given.bias(layer), layer['stride'], padding)


def dense(layer, x, given):
    return F.linear(x, given.weight(layer), given.bias(layer))


def norm(layer, x, given):
    name = layer['name']
    scale, offset = given.parameters[f'{name}.scale'], given.parameters[f'{name}.offset']
    mean, variance = given.moments[name] if given.uses_moments else (None, None)
    return F.batch_norm(x, mean, variance, scale, offset, given.training, layer['momentum'], layer['epsilon'])


def activation(layer, x, _):
    return F.relu(x) if layer['activation'] == 'relu' else x.sigmoid()


def dropout(layer, x, given):
    return x * given.masks.next(layer, x) if given.training else x


def pool(layer, x, _):
    return F.max_pool2d(x, layer['size'], layer['size'])


def flatten(_, x, __):
    """Row by row, the channels of a pixel together; of channels_last images that is a view."""
    return x.permute(0, 2, 3, 1).flatten(1) if x.dim() == 4 else x.flatten(1)


KINDS = {
    'conv': conv,
    'dense': dense,
    'norm': norm,
    'activation': activation,
    'dropout': dropout,
    'pool': pool,
    'flatten': flatten,
}
