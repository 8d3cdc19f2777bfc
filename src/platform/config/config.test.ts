import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '#testkit/temporary.ts';
import { readClientConfig, readConfig } from './config.ts';
import { openMasterKey } from './master-key.ts';
import { renderReference } from './reference.ts';
import { serverVariables } from './server-variables.ts';
import type { Variable } from './variable.ts';

test('without settings the server listens on loopback with an embedded database', () => {
  const { config, warnings } = readConfig({});
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.port, 5080);
  assert.equal(config.publicUrl, 'http://127.0.0.1:5080');
  assert.equal(config.databaseUrl, undefined);
  assert.deepEqual(config.roles, ['web', 'work']);
  assert.deepEqual(config.advisories, []);
  assert.equal(config.maxManifestBytes, 4 * 1024 * 1024);
  assert.deepEqual(warnings, []);
});

test('all that is wrong is told at once, with the variable, the fault and an example', () => {
  const env = {
    ASSAY_PORT: 'http',
    ASSAY_SAMPLES: 'maybe',
    ASSAY_PUBLIC_URL: 'https://x.example/assay',
    ASSAY_MASTER_KEY: 'hunter2',
    ASSAY_SIGNING_KEY: 'a.pem',
    ASSAY_SCAN_SCHEDULE: 'daily',
    ASSAY_WEBHOOKS: '[{"url":"ftp://x"}]',
    ASSAY_ROLES: 'web',
  };
  const wrong = [...Object.keys(env)];
  assert.throws(
    () => readConfig(env),
    (error: Error) => {
      for (const name of wrong) assert.match(error.message, new RegExp(`^  ${name}`, 'm'));
      assert.match(
        error.message,
        /ASSAY_PORT: "http" is not a whole number from 1 to 65535; for example ASSAY_PORT='5080'/,
      );
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    },
  );
});

test('an unknown name is a warning that names the nearest known one', () => {
  assert.deepEqual(readConfig({ ASSAY_PROT: '1', ASSAY_TEST_DATA: '/x', ASSAY_ADMIN_PASWORD: 'x' }).warnings, [
    'ASSAY_PROT is not a setting; did you mean ASSAY_PORT?',
    'ASSAY_ADMIN_PASWORD is not a setting; did you mean ASSAY_ADMIN_PASSWORD?',
  ]);
  assert.deepEqual(readConfig({ ASSAY_COMPLETELY_DIFFERENT_THING: '1' }).warnings, [
    'ASSAY_COMPLETELY_DIFFERENT_THING is not a setting',
  ]);
});

test('an empty value counts as absent', () => {
  assert.equal(readConfig({ ASSAY_PORT: '' }).config.port, 5080);
});

test('a secret can come from a file', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'password');
  writeFileSync(file, 'from-a-file\n');
  assert.equal(readConfig({ ASSAY_ADMIN_PASSWORD_FILE: file }).config.adminPassword, 'from-a-file');
  assert.throws(() => readConfig({ ASSAY_ADMIN_PASSWORD_FILE: `${file}.not` }), /ASSAY_ADMIN_PASSWORD: /);
});

test('every example can be read', () => {
  for (const variable of Object.values<Variable<unknown>>(serverVariables)) variable.read(variable.example);
});

test('commands read the server and who they are', () => {
  assert.deepEqual(readClientConfig({ ASSAY_URL: 'https://x.example/', ASSAY_TOKEN: 't' }), {
    url: 'https://x.example',
    username: undefined,
    password: undefined,
    token: 't',
  });
});

test('the master key is made once, and only its owner can read it', async () => {
  await using folder = await temporaryFolder();
  const config = { data: folder.path, masterKey: undefined };
  const made = openMasterKey(config);
  assert.equal(made.length, 32);
  assert.deepEqual(openMasterKey(config), made);
  assert.equal(statSync(join(folder.path, 'master-key')).mode & 0o777, 0o600);
});

test('docs/configuration.md says what the code reads', () => {
  const written = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
  assert.equal(written, renderReference(), 'run: node src/platform/config/write-reference.ts');
});
