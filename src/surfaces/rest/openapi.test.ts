import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { openRestApi, type RestApi } from '#testkit/rest-api.ts';
import { openWorld, type World } from '#testkit/world.ts';

let world: World;
let api: RestApi;
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape is what is tested
let document: any;
before(async () => {
  world = await openWorld();
  api = await openRestApi(world);
  document = (await api.app.inject('/api/openapi.json')).json();
});
after(async () => {
  await api[Symbol.asyncDispose]();
  await world.close();
});

interface Operation {
  readonly operationId: string;
  readonly parameters: { name: string; in: string; required: boolean; schema: object }[];
  readonly requestBody?: { content: Record<string, { schema: object }> };
  readonly responses: Record<string, { $ref?: string; content?: Record<string, { schema?: object }> }>;
}

function operations(): [path: string, operation: Operation][] {
  return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, methods]) =>
    Object.values(methods).map((operation): [string, Operation] => [path, operation]),
  );
}

test('every row is an operation with an id of its own', () => {
  const ids = operations().map(([, { operationId }]) => operationId);
  assert.equal(ids.length, api.routes.length);
  assert.equal(new Set(ids).size, ids.length);
});

test('every reference leads somewhere', () => {
  const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
  for (const text of new Set(references)) {
    const path = text.slice('"$ref":"#/'.length, -1).split('/');
    let place = document;
    for (const part of path) place = place?.[part];
    assert.ok(place, text);
  }
});

test('every parameter of a path is described, and every schema is a JSON schema', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  for (const [path, operation] of operations()) {
    const named = operation.parameters.filter((each) => each.in === 'path').map(({ name }) => name);
    assert.deepEqual(
      named,
      [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
      path,
    );
    const schemas = [
      ...operation.parameters.map(({ schema }) => schema),
      ...Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema),
      ...Object.values(operation.responses).flatMap(({ content = {} }) =>
        Object.values(content).flatMap(({ schema }) => (schema ? [schema] : [])),
      ),
    ];
    for (const schema of schemas) assert.doesNotThrow(() => ajv.compile(schema), path);
  }
});

test('what is sent as it is, is described by its media type', () => {
  const { content } = document.paths['/reports/{digest}'].get.responses['200'];
  assert.ok('application/sarif+json' in content);
  assert.ok('text/event-stream' in document.paths['/events'].get.responses['200'].content);
});
