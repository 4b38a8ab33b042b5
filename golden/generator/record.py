"""The child process: plays one recording in one format on the installed framework and writes the result as JSON."""

import importlib
import json
import os
import sys

from recordings import RECORDINGS


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
    result = {'version': guest.version, 'environment': guest.environment, 'families': families}
    with open(out, 'w') as file:
        json.dump(result, file)


if __name__ == '__main__':
    main(*sys.argv[1:])
