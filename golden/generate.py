#!/usr/bin/env python3
"""Records the goldens from the installed frameworks: python golden/generate.py [--only a,b] [--out DIR]."""

import argparse
import os
import signal
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# the guests lie in src/ in the repository and in dist/ in the package
GUESTS = next((p for p in (HERE.parent / 'src/guests/python', HERE.parent / 'dist/python') if p.is_dir()), None)
if GUESTS is None:
    sys.exit('golden: the Python guests were found neither in src/guests/python nor in dist/python beside golden/')
PATHS = [str(HERE / 'generator'), str(GUESTS)]
sys.path[:0] = PATHS
sys.dont_write_bytecode = True

import assemble  # noqa: E402
from recordings import RECORDINGS  # noqa: E402


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--only', help=f'recordings to make, of {",".join(RECORDINGS)}; default: all')
    parser.add_argument('--out', type=Path, default=HERE, help='where to write; default: golden/ itself')
    given = parser.parse_args()
    given.only = given.only.split(',') if given.only else list(RECORDINGS)
    for name in given.only:
        if name not in RECORDINGS:
            parser.error(f'no recording {name!r}: there are {", ".join(RECORDINGS)}')
    return given


def leave(number, _):
    sys.exit(128 + number)


def main():
    given = arguments()
    # what ends the process in a friendly way runs the cleanup, too: no child and no temporary folder stays behind
    for name in ('SIGTERM', 'SIGHUP'):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), leave)
    os.environ['PYTHONPATH'] = os.pathsep.join(PATHS)
    os.environ['PYTHONDONTWRITEBYTECODE'] = '1'
    try:
        assemble.generate(given.only, given.out)
    except assemble.Missing as missing:
        sys.exit(f'golden: {missing}')
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == '__main__':
    main()
