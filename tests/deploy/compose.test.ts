import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { complaintsAbout } from './known-settings.ts';

interface Service {
  readonly image: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly configs?: readonly { readonly source: string }[];
  readonly healthcheck?: object;
  readonly tmpfs?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

const text = readFileSync(join(import.meta.dirname, '../../deploy/compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const nodes = services.filter(([name]) => name.startsWith('node-'));

test('Assay knows and accepts every setting of its nodes, which are all alike', () => {
  assert.equal(nodes.length, 2);
  for (const [, { environment = {}, tmpfs = [] }] of nodes) {
    assert.deepEqual(environment, nodes[0]?.[1].environment);
    assert.deepEqual(tmpfs, ['/tmp', '/var/lib/assay:uid=10001,gid=10001,mode=0700']);
    const given = Object.entries(environment).map(([name, value]) => [
      name,
      // What the shell gives, in the form that it asks for.
      name === 'ASSAY_PUBLIC_URL' ? 'https://images.example.com' : value.includes('${') ? undefined : value,
    ]);
    assert.deepEqual(complaintsAbout(Object.fromEntries(given)), []);
  }
});

test('what a service waits for, mounts or reads is there', () => {
  for (const [name, { depends_on = {}, volumes = [], configs = [] }] of services) {
    for (const [other, { condition }] of Object.entries(depends_on)) {
      assert.ok(compose.services[other], `${name} waits for ${other}`);
      if (condition === 'service_healthy')
        assert.ok(compose.services[other]?.healthcheck, `${other} says whether it is well`);
    }
    for (const volume of volumes)
      assert.ok((volume.split(':')[0] ?? '') in compose.volumes, `${name} mounts ${volume}`);
    for (const { source } of configs) assert.ok(compose.configs[source], `${name} reads ${source}`);
  }
});

test('every image has a version, and no secret is written down', () => {
  for (const [name, { image }] of services) assert.match(image, name.startsWith('node-') ? /^assay$/ : /:v?\d/);
  for (const [, { environment = {} }] of services) {
    for (const [name, value] of Object.entries(environment)) {
      if (/PASSWORD|SECRET|MASTER_KEY/.test(name)) assert.match(value, /^\$\{\w+:\?/, name);
    }
  }
});

test('the proxy takes bodies of any size as they come, and knows every node', () => {
  const { content } = compose.configs.proxy ?? { content: '' };
  assert.match(content, /client_max_body_size 0;/);
  assert.match(content, /proxy_request_buffering off;/);
  for (const [name] of nodes) assert.match(content, new RegExp(`server ${name}:5080;`));
});
