"""The dialects of torch.optim as data: class, hyper-parameters, keywords that a dialect fixes, and state."""

from types import SimpleNamespace

SHARED = ['weight_decay', 'maximize']
ADAM = ['lr', 'beta1', 'beta2', 'eps', 'amsgrad', *SHARED]
MOMENTS = ['exp_avg', 'exp_avg_sq', 'max_exp_avg_sq']


def rule(optimizer, hyper, state, **fixed):
    """`fixed`: keywords that make the class this dialect; a given hyper-parameter of that name goes first."""
    return SimpleNamespace(optimizer=optimizer, hyper=hyper, state=state, fixed=fixed)


RULES = {
    'sgd/pytorch': rule('SGD', ['lr', 'momentum', 'dampening', 'nesterov', *SHARED], ['momentum_buffer']),
    # SGD's own default is no momentum, which would be another rule
    'momentum/pytorch': rule('SGD', ['lr', 'momentum', 'dampening', *SHARED], ['momentum_buffer'], momentum=0.9),
    'nesterov/pytorch': rule('SGD', ['lr', 'momentum', *SHARED], ['momentum_buffer'], momentum=0.9, nesterov=True),
    'adagrad/pytorch': rule('Adagrad', ['lr', 'lr_decay', 'initial_accumulator_value', 'eps', *SHARED], ['sum']),
    'rmsprop/pytorch': rule(
        'RMSprop',
        ['lr', 'alpha', 'eps', 'centered', 'momentum', *SHARED],
        ['square_avg', 'grad_avg', 'momentum_buffer'],
    ),
    'adadelta/pytorch': rule('Adadelta', ['lr', 'rho', 'eps', *SHARED], ['square_avg', 'acc_delta']),
    'adam/pytorch': rule('Adam', ADAM, MOMENTS),
    'adamw/pytorch': rule('AdamW', ADAM, MOMENTS),
}
