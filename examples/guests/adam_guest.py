#!/usr/bin/env python3
"""Adam in plain Python, as a guest of Lockstep: lockstep verify --command ./adam_guest.py --rule adam/kingma-ba"""
import json
import math
import struct
import sys

to_numbers = lambda bits: list(struct.unpack(f'>{len(bits) // 16}d', bytes.fromhex(bits)))
to_bits = lambda numbers: struct.pack(f'>{len(numbers)}d', *numbers).hex()
runs = {}


def divide(a, b):
    # Python raises where IEEE 754 gives an infinity, or NaN
    return a / b if b else math.copysign(math.inf, a) if a else math.nan


def adam(p, hyper, gradient):
    b1, b2 = hyper['beta1'], hyper['beta2']
    p['t'] += 1
    for i, g in enumerate(gradient):
        p['m'][i] = b1 * p['m'][i] + (1 - b1) * g
        p['v'][i] = b2 * p['v'][i] + (1 - b2) * g * g
        mhat, vhat = p['m'][i] / (1 - b1 ** p['t']), p['v'][i] / (1 - b2 ** p['t'])
        p['x'][i] -= divide(hyper['lr'] * mhat, math.sqrt(vhat) + hyper['eps'])


def answer(do, run=None, setup=None, gradients=None, hyper=None, **_):
    if do == 'hello':
        offer = {'hyper': ['lr', 'beta1', 'beta2', 'eps'], 'state': ['m', 'v'], 'features': ['state', 'absent', 'set']}
        return {'protocol': 'lockstep/1', 'name': 'plain-adam', 'formats': ['float64'], 'rules': {'adam/kingma-ba': offer}}
    if do == 'open':
        (group,) = setup['groups']
        xs = [to_numbers(param['value']) for param in group['params']]
        runs[run] = dict(group['hyper']), [{'x': x, 'm': [0.0] * len(x), 'v': [0.0] * len(x), 't': 0} for x in xs]
        return {}
    own, params = runs[run]
    if do == 'set':
        own.update(hyper)
    steps = []
    for step in gradients or []:
        for p, bits in zip(params, step):
            if bits is not None:
                adam(p, own, to_numbers(bits))
        state = [{'m': to_bits(p['m']), 'v': to_bits(p['v'])} for p in params]
        steps.append({'x': [to_bits(p['x']) for p in params], 'state': state})
    return {'steps': steps}


for line in sys.stdin:
    request = json.loads(line)
    if request['do'] == 'bye':
        break
    if request['do'] in ('hello', 'open', 'steps', 'set', 'close'):
        reply = {'ok': answer(**request)}
    else:
        reply = {'error': {'kind': 'refused', 'message': f'there is no {request["do"]}'}}
    print(json.dumps({'id': request['id'], **reply}), flush=True)
