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


class Missing(Exception):
    """A library is not installed, or a child failed; one line that says what to do."""


def generate(recordings, out, sources):
    """Writes gradients.json, <recording>/<family>.json and manifest.json under `out`."""
    for name in recordings:
        spec = RECORDINGS[name]
        if importlib.util.find_spec(spec.package) is None:
            raise Missing(f'{spec.package} is not installed in {sys.executable}; get it with: {spec.install}')
    out.mkdir(parents=True, exist_ok=True)
    fingerprint = digest(sources)
    with tempfile.TemporaryDirectory(prefix='.lockstep-', dir=out) as temporary:
        work = Path(temporary)
        write(work / 'gradients.json', lines(gradients_json(), 'streams'))
        for name in recordings:
            for rule, document in record(name, work, fingerprint).items():
                write(work / name / f'{rule.split("/")[0]}.json', lines(document, 'records'))
        for child in work.glob('*.part'):
            child.unlink()
        for path in sorted(work.rglob('*.json')):
            target = out / path.relative_to(work)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
    write_manifest(out)


def record(name, work, fingerprint):
    """One document a rule, the records of both formats in the order of the plan."""
    parts = []
    for format in FORMATS:
        part = work / f'{name}-{format}.part'
        command = [sys.executable, str(Path(__file__).parent / 'record.py'), name, format, str(work / 'gradients.json'), str(part)]
        # output of the frameworks is shown when something went wrong only
        child = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if child.returncode != 0:
            tail = child.stderr.strip().splitlines()[-1:] or ['no message']
            sys.stderr.write(child.stderr)
            raise Missing(f'recording {name} in {format} failed (exit code {child.returncode}): {tail[0]}')
        sys.stderr.write(''.join(line + '\n' for line in child.stderr.splitlines() if line.startswith('  ')))
        parts.append(json.loads(part.read_text()))
    return {rule: document(name, rule, parts, fingerprint) for rule in parts[0]['families']}


def document(name, rule, parts, fingerprint):
    spec = RECORDINGS[name]
    environment = dict(parts[0]['environment'])
    provenance = {
        'library': spec.provenance['library'],
        'version': parts[0]['version'],
        'python': environment.pop('python'),
        'platform': environment.pop('platform'),
        'cpu_capability': environment.pop('cpu_capability', None),
        'flags': {**spec.provenance['flags'], **{k: v for k, v in environment.items() if k not in ('roots', 'powers', 'path')}},
        'roots': spec.provenance['roots'],
        'powers': spec.provenance['powers'],
        'generator': 'golden/generate.py',
        'generator_sha256': fingerprint,
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
            items = [f'{compact(k)}:{compact(v)}' for k, v in value.items()] if isinstance(value, dict) else map(compact, value)
            left, right = '{}' if isinstance(value, dict) else '[]'
            text = f'{left}\n' + ',\n'.join(items) + f'\n{right}'
        members.append(f'{compact(key)}:{text}')
    return '{\n' + ',\n'.join(members) + '\n}\n'


def compact(value):
    return json.dumps(value, separators=(',', ':'), ensure_ascii=False, allow_nan=False)


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, newline='\n')


def write_manifest(out):
    paths = sorted(p for p in out.rglob('*.json') if p.name != 'manifest.json' and not p.relative_to(out).parts[0].startswith('.'))
    files = {p.relative_to(out).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in paths}
    fresh = out / '.manifest.json'
    write(fresh, json.dumps({'schema': 'lockstep/manifest/1', 'files': files}, indent=1) + '\n')
    fresh.replace(out / 'manifest.json')


def digest(sources):
    """One hash over every Python source that a golden's bytes depend on."""
    files = [f for s in sources for f in (sorted(s.glob('*.py')) if s.is_dir() else [s])]
    total = hashlib.sha256()
    for file in files:
        total.update(file.name.encode() + b'\0' + file.read_bytes())
    return total.hexdigest()
