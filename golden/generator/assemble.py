"""Runs one child process a recording and format, and puts the files together: first elsewhere, then all in place."""

import hashlib
import importlib.util
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from plan import FORMATS
from recordings import RECORDINGS
from streams import gradients_json

HERE = Path(__file__).resolve().parent


class Missing(Exception):
    """A library is not installed, or a child failed; one line that says what to do."""


def generate(recordings, out):
    """Writes gradients.json, <recording>/<family>.json and manifest.json under `out`."""
    for name in recordings:
        spec = RECORDINGS[name]
        for package in spec.packages:
            if importlib.util.find_spec(package) is None:
                raise Missing(f'{package} is not installed in {sys.executable}; get it with: {spec.install}')
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix='.lockstep-', dir=out) as temporary:
        work = Path(temporary)
        write(work / 'gradients.json', lines(gradients_json(), 'streams'))
        for name in recordings:
            for rule, document in record(name, work).items():
                write(work / name / f'{rule.split("/")[0]}.json', lines(document, 'records'))
        for child in work.glob('*.part'):
            child.unlink()
        for path in sorted(work.rglob('*.json')):
            target = out / path.relative_to(work)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    write_manifest(out)


def record(name, work):
    """One document a rule, the records of both formats in the order of the plan."""
    parts = []
    for format in FORMATS:
        part = work / f'{name}-{format}.part'
        command = [sys.executable, HERE / 'record.py', name, format, work / 'gradients.json', part]
        # output of the frameworks is shown when something went wrong only
        child = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if child.returncode != 0:
            tail = child.stderr.strip().splitlines()[-1:] or ['no message']
            sys.stderr.write(child.stderr)
            raise Missing(f'recording {name} in {format} failed (exit code {child.returncode}): {tail[0]}')
        sys.stderr.write(''.join(line + '\n' for line in child.stderr.splitlines() if line.startswith('  ')))
        parts.append(json.loads(part.read_text()))
    if any(part['sources'] != parts[0]['sources'] for part in parts):
        raise Missing(f'recording {name}: a source of the generator was edited while it ran; run it again')
    return {rule: document(name, rule, parts) for rule in parts[0]['families']}


def document(name, rule, parts):
    spec = RECORDINGS[name]
    sources = parts[0]['sources']
    # roots, powers and path are told by the recording in more words
    environment = {k: v for k, v in parts[0]['environment'].items() if k not in ('roots', 'powers', 'path')}
    provenance = {
        'library': spec.provenance['library'],
        'version': parts[0]['version'],
        'python': environment.pop('python'),
        'platform': environment.pop('platform'),
        'cpu_capability': environment.pop('cpu_capability', None),
        'flags': {**spec.provenance['flags'], **environment},
        'roots': spec.provenance['roots'],
        'powers': spec.provenance['powers'],
        'generator': 'golden/generate.py',
        'generator_sha256': digest(sources),
        'sources': list(sources),
        'note': spec.provenance['note'],
    }
    records = [record for part in parts for record in part['families'][rule]]
    return {'schema': 'lockstep/golden/1', 'rule': rule, 'provenance': provenance, 'records': records}


def lines(document, spread):
    """JSON text with one line a member, and one line an item of the member `spread`, so that a diff can be read."""
    members = []
    for key, value in document.items():
        text = compact(value)
        if key == spread:
            text = one_a_line(value)
        members.append(f'{compact(key)}:{text}')
    return '{\n' + ',\n'.join(members) + '\n}\n'


def one_a_line(value):
    if isinstance(value, dict):
        return '{\n' + ',\n'.join(f'{compact(key)}:{compact(item)}' for key, item in value.items()) + '\n}'
    return '[\n' + ',\n'.join(map(compact, value)) + '\n]'


def compact(value):
    return json.dumps(value, separators=(',', ':'), ensure_ascii=False, allow_nan=False)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, newline='\n')


def write_manifest(out):
    hidden = ('manifest.json', '.')
    paths = sorted(p for p in out.rglob('*.json') if not p.relative_to(out).as_posix().startswith(hidden))
    files = {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}
    fresh = out / '.manifest.json'
    write(fresh, json.dumps({'schema': 'lockstep/manifest/1', 'files': files}, indent=1) + '\n')
    fresh.replace(out / 'manifest.json')


def digest(sources):
    """One hash over sources (a path and a SHA-256 each): that of what `sha256sum` prints for them."""
    return hashlib.sha256(''.join(f'{own}  {path}\n' for path, own in sources.items()).encode()).hexdigest()
