import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from './inert-schemas.ts';

const inert = z as unknown as typeof import('zod').z;

test('schemas of every form can be made', () => {
  const Word = inert.enum(['a', 'b']);
  const Row = inert.object({ word: Word.default('a'), many: inert.array(inert.string().trim().min(1).nullable()) });
  assert.ok(Row.extend({ more: inert.record(inert.string(), inert.unknown()) }).partial());
});

test('an enum keeps its words', () => {
  assert.deepEqual(inert.enum(['critical', 'high']).options, ['critical', 'high']);
});

test('parsing is refused with the reason', () => {
  assert.throws(() => inert.string().parse('x'), /schemas stay on the server/);
  assert.throws(() => inert.object({}).safeParse({}), /schemas stay on the server/);
});
