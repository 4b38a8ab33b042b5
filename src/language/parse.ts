import { create, type FactoryFunctionMap, type MathNode, parseDependencies } from 'mathjs'
import { convert, type Node, words } from './convert.ts'
import { type Place, RuleError } from './error.ts'
import type { Assignment, Syntax } from './syntax.ts'
import { type Token, tokenize } from './tokens.ts'

const math = create({ parseDependencies } as FactoryFunctionMap, { number: 'BigNumber' })

const unwelcome = new Set(['xor', 'mod', 'to', 'in'])

type PlaceOf = (offset: number) => Place

/** Limits that no formula comes near to; the parser and all that walk its tree recurse. */
const limits = { characters: 50_000, tokens: 1000, nesting: 50 }

/** Parses one expression; newlines count as spaces. */
export function parseExpression(text: string, field: string): Syntax {
  const place: PlaceOf = offset => ({ field, text, offset })
  refuseHuge(text, field)
  const tokens = tokenize(text, place)
  if (tokens.length === 0)
    throw new RuleError('An expression is missing.', 'Write a formula, for example lr * g.', place(0))
  const equals = tokens.find(token => token.text === '=')
  if (equals) throw new RuleError("'=' is an assignment.", 'Write == to compare.', place(equals.offset))
  return convert(parseTokens(tokens, place), tokens, place)
}

function refuseHuge(text: string, field: string): void {
  if (text.length <= limits.characters) return
  throw new RuleError(
    `${field}: the text is too long: ${text.length} characters, at most ${limits.characters}.`,
    'A rule is a few lines.',
  )
}

/** Parses a block of assignments, one a line. */
export function parseBlock(text: string, field: string): Assignment[] {
  refuseHuge(text, field)
  const assignments: Assignment[] = []
  let start = 0
  for (const line of text.split('\n')) {
    const place: PlaceOf = offset => ({ field, text, offset: start + offset })
    const tokens = tokenize(line, place)
    if (tokens.length > 0) assignments.push(parseAssignment(tokens, start, place))
    start += line.length + 1
  }
  if (assignments.length === 0) {
    throw new RuleError(`${field}: there is no assignment.`, 'Write one assignment a line, for example x = x - lr * g.')
  }
  return assignments
}

function parseAssignment(tokens: Token[], start: number, place: PlaceOf): Assignment {
  const [target, equals] = tokens as [Token, Token | undefined]
  const at = place(target.offset)
  if (target.type === 'symbol' || words.has(target.text)) {
    throw new RuleError(
      `A line cannot begin with '${target.text}': it would silently be a new statement.`,
      'Write each assignment on one line, without a break.',
      at,
    )
  }
  if (target.type !== 'name' || equals?.text !== '=') {
    const call = equals?.text === '(' && tokens.some(token => token.text === '=')
    throw call
      ? new RuleError(`'${target.text}(...) =' would define a function.`, `Assign to a name: ${target.text} = ...`, at)
      : new RuleError('This line is not an assignment.', 'Write name = expression, for example x = x - lr * g.', at)
  }
  const second = tokens.slice(2).find(token => token.text === '=')
  if (second)
    throw new RuleError(
      'A second = in one line.',
      'Write one assignment a line, and == to compare.',
      place(second.offset),
    )
  if (tokens.length === 2)
    throw new RuleError('Nothing stands after the =.', `Write what ${target.text} becomes.`, place(equals.offset))
  const rest = tokens.slice(2)
  return {
    target: target.text,
    value: shift(convert(parseTokens(rest, place), rest, place), start),
    at: start + target.offset,
  }
}

/** Offsets of a line, counted from the beginning of the block. */
function shift(node: Syntax, by: number): Syntax {
  const at = node.at + by
  switch (node.op) {
    case 'num':
    case 'name':
      return { ...node, at }
    case 'call':
      return { ...node, at, args: node.args.map(arg => shift(arg, by)) }
    case 'neg':
    case 'not':
      return { ...node, at, a: shift(node.a, by) }
    case 'cond':
      return { ...node, at, test: shift(node.test, by), a: shift(node.a, by), b: shift(node.b, by) }
    default:
      return { ...node, at, a: shift(node.a, by), b: shift(node.b, by) }
  }
}

/** The tokens at their places and nothing else: the parser sees no comment, no line break and no odd kind of space. */
function bare(tokens: Token[]): string {
  let text = ''
  for (const token of tokens) text = text.padEnd(token.offset) + token.text
  return text
}

function parseTokens(tokens: Token[], place: PlaceOf): Node {
  const word = tokens.find(token => unwelcome.has(token.text))
  if (word)
    throw new RuleError(
      `'${word.text}' is not an operator of the rule language.`,
      'Use + - * / ^, comparisons, and, or, not.',
      place(word.offset),
    )
  refuseUnfinished(tokens, place)
  refuseDeep(tokens, place)
  const text = bare(tokens)
  try {
    return math.parse(text) as MathNode as Node
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const at = Number(/\(char (\d+)\)/.exec(message)?.[1] ?? tokens[0]!.offset + 1) - 1
    throw new RuleError(
      `This cannot be read: ${message.replace(/ \(char \d+\)/, '')}.`,
      'Check the parentheses and operators here.',
      place(Math.min(at, text.length)),
    )
  }
}

function refuseDeep(tokens: Token[], place: PlaceOf): void {
  const surplus = tokens[limits.tokens]
  if (surplus) {
    throw new RuleError(
      `The expression is too long: ${tokens.length} numbers, names and symbols, at most ${limits.tokens}.`,
      'Give its parts names of their own.',
      place(surplus.offset),
    )
  }
  let depth = 0
  for (const { text, offset } of tokens) {
    depth += text === '(' ? 1 : text === ')' ? -1 : 0
    if (depth > limits.nesting) {
      throw new RuleError(
        `Parentheses are nested more than ${limits.nesting} deep.`,
        'Give the inner parts names of their own.',
        place(offset),
      )
    }
  }
}

function refuseUnfinished(tokens: Token[], place: PlaceOf): void {
  const last = tokens.at(-1)!
  if ((last.type === 'symbol' && last.text !== ')') || words.has(last.text)) {
    throw new RuleError(
      `The expression ends with '${last.text}'.`,
      'Write each assignment on one line, without a break.',
      place(last.offset),
    )
  }
  const open = tokens.filter(token => token.text === '(')
  const surplus = open.length - tokens.filter(token => token.text === ')').length
  if (surplus !== 0) {
    const at = surplus > 0 ? open[0]! : tokens.findLast(token => token.text === ')')!
    throw new RuleError(
      `A parenthesis is not ${surplus > 0 ? 'closed' : 'opened'}.`,
      'Write each assignment on one line, with matching ( and ).',
      place(at.offset),
    )
  }
}
