import { describe, expect, test } from 'vitest'
import { unmet, versionsOf, whenText } from '../../../src/cli/config/conditions.ts'
import { versionRange } from '../../../src/cli/config/versions.ts'

describe('a range of versions', () => {
  test.each([
    ['>=3.15 <4', ['3.15', '3.15.0', '3.15.1', '3.99'], ['3.14.9', '4', '4.0.1', '3.15.0rc1']],
    ['3.15', ['3.15', '3.15.7', '3.15.1+cpu'], ['3.16', '3.1', '31.5']],
    ['=3.15.1', ['3.15.1', '3.15.1.0'], ['3.15.2', '3.15']],
    ['> 3.15', ['3.16', '4'], ['3.15', '3.15.9', '3.2']],
    ['<=3.15', ['3.15.9', '3.14', '2'], ['3.16']],
    ['<2.15', ['2.14.9', '2.15.0.dev20260101', '2.15.0rc2', '2.9'], ['2.15.0', '2.15.0+cu130']],
    ['3.14 || >=4.1', ['3.14.2', '4.1', '5'], ['3.15', '4.0']],
    ['>=3.15, <4', ['3.15.1'], ['4', '3.14']],
    ['v1.2', ['v1.2.3', '1.2'], ['1.3']],
  ])('%s', (text, inside, outside) => {
    const holds = versionRange(text)!
    expect(inside.filter(version => !holds(version))).toEqual([])
    expect(outside.filter(holds)).toEqual([])
  })

  test.each(['new', '', '>=', '^1.2', '1.2 ||', '>=1,', 'latest'])("'%s' is none", text =>
    expect(versionRange(text)).toBeUndefined(),
  )

  test('nothing holds for what is no version', () => expect(versionRange('>=0')!('unknown')).toBe(false))
})

describe('conditions', () => {
  const keras = { name: 'keras', version: 'Keras 3.15.1 on TensorFlow 2.21.0' }

  test('the versions of a subject are those that its text names', () => {
    expect(versionsOf(keras.version)).toEqual({ keras: '3.15.1', tensorflow: '2.21.0' })
    expect(versionsOf('TensorFlow.js 4.22.0')).toEqual({ 'tensorflow.js': '4.22.0' })
    expect(versionsOf('PyTorch 2.15.0+cpu')).toEqual({ pytorch: '2.15.0+cpu' })
    expect(versionsOf('not recorded')).toEqual({})
  })

  test('all must hold', () => {
    const platform = `${process.platform}-${process.arch}`
    expect(unmet({}, keras)).toBeUndefined()
    expect(
      unmet({ versions: { keras: '>=3.15 <4', TensorFlow: '2.21' }, platforms: [platform], devices: ['cpu'] }, keras),
    ).toBeUndefined()
    expect(unmet({ platforms: ['other', process.platform] }, keras)).toBeUndefined()
    expect(unmet({ versions: { keras: '>=3.15', tensorflow: '<2.21' } }, keras)).toBe(
      'it is about tensorflow <2.21, here is 2.21.0',
    )
    expect(unmet({ versions: { optax: '1' } }, keras)).toBe('it is about optax 1, and keras names no version of it')
    expect(unmet({ platforms: ['other'] }, keras)).toBe(`it is about other, here is ${platform}`)
    expect(unmet({ devices: ['gpu'] }, keras)).toBe('it is about the gpu, here is the cpu')
    expect(unmet({ devices: ['gpu'] }, { ...keras, version: 'PyTorch 2.15.0 on CUDA' })).toBeUndefined()
  })

  test('torch and tfjs are known by these names too, and node and lockstep are there always', () => {
    expect(unmet({ versions: { torch: '2.15' } }, { name: 'a', version: 'PyTorch 2.15.0+cu130' })).toBeUndefined()
    expect(
      unmet(
        { versions: { tfjs: '<5', node: '>=20', lockstep: '>=0.1' } },
        { name: 'a', version: 'TensorFlow.js 4.22.0' },
      ),
    ).toBeUndefined()
    expect(unmet({ versions: { node: '<20' } }, keras)).toContain(process.versions.node)
  })

  test('are told in words', () =>
    expect(whenText({ versions: { keras: '<4' }, platforms: ['linux'], devices: ['cpu'] })).toBe(
      'keras <4, linux, cpu',
    ))
})
