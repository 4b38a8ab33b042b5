"""The child process: plays one recording in one format on the installed framework and writes the result as JSON."""

import hashlib
import importlib
import json
import os
import sys
from pathlib import Path

from recordings import RECORDINGS

HERE = Path(__file__).resolve().parent


def main(recording, format, gradients, out):
    spec = RECORDINGS[recording]
    # torch and TensorFlow read these when they are imported
    for name, value in spec.environment.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    from plan import plan
    from play import play

    guest = spec.open()
    tables = importlib.import_module(spec.tables).TABLES
    with open(gradients) as file:
        shared = json.load(file)
    families = {}
    for rule, table in tables.items():
        planned = [record for record in plan(rule, table, spec.scenarios) if record['format'] == format]
        families[rule] = [play(guest, record, shared) for record in planned]
        print(f'  {recording} {format} {rule}: {len(planned)} records', file=sys.stderr, flush=True)
    result = {
        'version': guest.version,
        'environment': guest.environment,
        'sources': sources(),
        'families': families,
    }
    with open(out, 'w') as file:
        json.dump(result, file)


def sources():
    """The SHA-256 of every source of this project that was loaded here: the values depend on these and on no other."""
    paths = [Path(module.__file__).resolve() for module in sys.modules.values() if getattr(module, '__file__', None)]
    folders = {Path(folder).resolve(): 'src/guests/python' for folder in os.environ['PYTHONPATH'].split(os.pathsep)}
    folders[HERE] = 'golden/generator'
    own = {f'{folders[path.parent]}/{path.name}': path for path in paths if path.parent in folders}
    return {name: hashlib.sha256(own[name].read_bytes()).hexdigest() for name in sorted(own)}


if __name__ == '__main__':
    main(*sys.argv[1:])
