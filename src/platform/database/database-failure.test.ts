import assert from 'node:assert/strict';
import { test } from 'node:test';
import { databaseFailure } from './database-failure.ts';

const failing = (facts: object) => Object.assign(new Error('it failed'), facts);

test('a database that is away, stops, is full or too slow is unavailable, with a sentence', () => {
  for (const [error, sentence] of [
    [failing({ code: 'ECONNREFUSED', syscall: 'connect' }), /try again/],
    [failing({ code: 'ENOENT', syscall: 'connect' }), /try again/],
    [failing({ code: '57P01' }), /try again/],
    [failing({ code: '57P03' }), /try again/],
    [failing({ code: '53300' }), /try again/],
    [failing({ code: '53100' }), /disk is full/],
    [failing({ code: '57014' }), /in time/],
    [failing({ code: '25006' }), /read-only/],
    [new Error('Connection terminated unexpectedly'), /try again/],
    [new Error('timeout exceeded when trying to connect'), /try again/],
  ] as const) {
    const found = databaseFailure(error);
    assert.equal(found?.code, 'unavailable');
    assert.match(found?.message ?? '', sentence);
  }
});

test('what is a fault of ours, or of a file, is none of the database', () => {
  for (const error of [
    failing({ code: '42601' }),
    failing({ code: '23505' }),
    failing({ code: 'ENOENT', syscall: 'open' }),
    new Error('x'),
    undefined,
    'text',
  ])
    assert.equal(databaseFailure(error), undefined);
});
