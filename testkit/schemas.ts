import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** Says what is wrong with a document by its official JSON schema; empty when nothing is. */
export type Validator = (document: unknown) => string[];

function resolve(path: string): string | undefined {
  try {
    return require.resolve(path);
  } catch {
    return undefined;
  }
}

function readJson(path: string): object {
  return JSON.parse(readFileSync(path, 'utf8'));
}

export function compileSchema(schema: object, others: Readonly<Record<string, object>> = {}): Validator {
  const { default: Ajv } = require('ajv') as { default: typeof import('ajv').default };
  const { default: addFormats } = require('ajv-formats') as { default: (ajv: unknown) => void };
  const addInternational = require('ajv-formats-draft2019') as (ajv: unknown) => void;
  const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: false, schemas: others });
  addFormats(ajv);
  addInternational(ajv);
  const validate = ajv.compile(schema);
  return (document) => {
    if (validate(document)) return [];
    return (validate.errors ?? []).map((error) => `${error.instancePath}: ${error.message}`);
  };
}

/** CycloneDX 1.6 JSON, from the schemas inside the CycloneDX library. */
export function cyclonedxValidator(): Validator {
  const library = resolve('@cyclonedx/cyclonedx-library/package.json');
  if (library === undefined) throw new Error('the development package @cyclonedx/cyclonedx-library is not installed');
  const schema = (name: string) => readJson(join(dirname(library), 'res', 'schema', name));
  const at = (name: string) => `http://cyclonedx.org/schema/${name}`;
  const parts = ['spdx.SNAPSHOT.schema.json', 'jsf-0.82.SNAPSHOT.schema.json'];
  return compileSchema(
    schema('bom-1.6.SNAPSHOT.schema.json'),
    Object.fromEntries(parts.map((name) => [at(name), { ...schema(name), $id: at(name) }])),
  );
}

/** SARIF 2.1.0; undefined where the development package with its schema is not installed. */
export function sarifValidator(): Validator | undefined {
  const path = resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
  if (path === undefined) return undefined;
  // Draft 4 as published; it uses nothing that a later draft reads differently, save the names of these two members.
  const { $schema: _draft, id: _id, ...schema } = readJson(path) as Record<string, unknown>;
  return compileSchema(schema);
}
