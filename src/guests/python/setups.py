"""Setups as they arrive, checked once: behind this, types are trusted."""

from bits import CODES
from faults import Usage


def read_setup(setup, rules):
    if not isinstance(setup, dict):
        raise Usage(f'setup: expected an object, got {setup!r:.60}')
    if setup.get('rule') not in rules:
        raise Usage(f'unknown rule {setup.get("rule")!r}: there are {", ".join(rules)}')
    if setup.get('format') not in CODES:
        raise Usage(f'unknown format {setup.get("format")!r}: there are {", ".join(CODES)}')
    groups = setup.get('groups')
    if not isinstance(groups, list) or not groups:
        raise Usage('setup: expected at least one group')
    return {**setup, 'groups': [read_group(group) for group in groups]}


def read_group(group):
    if not isinstance(group, dict) or not isinstance(group.get('params'), list):
        raise Usage('expected a group with params, a list')
    if not group['params'] or not all(isinstance(p, dict) and isinstance(p.get('value'), str) for p in group['params']):
        raise Usage('expected at least one parameter a group, each with a name and a value of hexadecimal bits')
    params = [{**param, 'name': str(param.get('name', i))} for i, param in enumerate(group['params'])]
    return {'hyper': read_hyper(group.get('hyper', {})), 'params': params}


def read_hyper(hyper):
    if not isinstance(hyper, dict) or not all(isinstance(value, (bool, int, float)) for value in hyper.values()):
        raise Usage('hyper: expected an object of numbers and booleans')
    return hyper
