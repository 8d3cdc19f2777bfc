import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSameStream } from './module-stream.ts';

const fix20 = ['1:20.20.0-1.module_el9.7.0+207+84573810'];
const summary20 = 'Important: nodejs:20 security update';

function nodejs(version: string, module: string | null) {
  return { name: 'nodejs', version, module };
}

test('a fix in one stream says nothing about another', () => {
  const installed = nodejs('1:18.19.0-1.module_el9.3.0+52+21733919', 'nodejs:18');
  assert.equal(isSameStream(installed, summary20, fix20), false);
  assert.equal(isSameStream({ ...installed, module: 'nodejs:20' }, summary20, fix20), true);
});

test('a package outside of modules and a fix inside of one do not meet', () => {
  assert.equal(isSameStream(nodejs('1:16.20.2-3.el9', null), summary20, fix20), false);
  const installed = nodejs('1:18.19.0-1.module_el9.3.0+52+21733919', 'nodejs:18');
  assert.equal(isSameStream(installed, 'Important: nodejs security update', ['1:16.20.2-4.el9']), false);
});

test('without a label the release tells that there is a module, and the version which stream', () => {
  assert.equal(isSameStream(nodejs('1:18.19.0-1.module+el8.9.0+1+abc', null), summary20, fix20), false);
  assert.equal(isSameStream(nodejs('1:20.11.0-1.module+el8.9.0+1+abc', null), summary20, fix20), true);
  const other = { name: 'npm', version: '1:10.2.3-1.module_el8.9.0+1+abc', module: null };
  assert.equal(isSameStream(other, summary20, fix20), true);
});

test('a record that names no stream concerns every modular package of the name', () => {
  const installed = { name: 'ruby', version: '2.5.9-111.module_el8.9.0+1+a', module: 'ruby:2.5' };
  const fixes = ['2.5.9-112.module_el8.10.0+3871+342e2c2f'];
  assert.equal(isSameStream(installed, 'Moderate: ruby security update', fixes), true);
});
