"""Runs a plan, or says what is here; whatever goes wrong becomes one line."""

import json
import os
import platform
import sys

from .lines import Fault, Lines


def main(arguments):
    lines = Lines()
    lines.watch()
    try:
        imported()
        if arguments[0] == '--describe':
            describe(lines, *arguments[1:])
        else:
            train(lines, arguments[0])
        lines.send('end')
    except Fault as fault:
        fail(lines, fault.kind, str(fault))
    except MemoryError:
        fail(lines, 'run', 'there is not enough memory')
    except Exception as error:
        from .optimizers import said

        fail(lines, 'run', said(error))
    # Threads of a framework, or of a user's, do not keep the process.
    sys.stderr.flush()
    os._exit(0)


def fail(lines, kind, text):
    lines.send('error', error={'kind': kind, 'text': text})
    sys.stderr.flush()
    os._exit(1)


def imported():
    for name in ('numpy', 'torch'):
        try:
            __import__(name)
        except ModuleNotFoundError as error:
            raise Fault('missing', f'Python {platform.python_version()} has no {error.name}') from error
        except Exception as error:
            raise Fault('missing', f'{name} does not load: {type(error).__name__}: {error}') from error


def describe(lines, file=None, name=None):
    import numpy
    import torch

    found = None
    if file is not None:
        from .optimizers import load_class

        found = load_class(file, name).__name__
    lines.send(
        'here',
        versions={'torch': torch.__version__, 'numpy': numpy.__version__, 'python': platform.python_version()},
        capability=torch.backends.cpu.get_cpu_capability(),
        gpu=torch.cuda.get_device_name() if torch.cuda.is_available() else None,
        subject=found,
    )


def train(lines, path):
    import torch

    from .run import Run

    with open(path, encoding='utf-8') as file:
        plan = json.load(file)
    torch.set_num_threads(plan['threads'])
    run = Run(plan, os.path.dirname(os.path.abspath(path)), lines)
    lines.send('ready')
    run.all()
