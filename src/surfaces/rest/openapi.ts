import { z } from 'zod';
import { permissions } from '#model/access.ts';
import { ProblemDetails } from '#model/api-common.ts';
import type { Route } from './route.ts';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
  readonly [key: string]: unknown;
}

function schemaOf(type: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any', target: 'draft-2020-12' });
  return schema;
}

function parametersOf(type: z.ZodType | undefined, place: 'path' | 'query') {
  if (!type) return [];
  const { properties = {}, required = [] } = schemaOf(type, 'input');
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
}

function contentOf({ result, sends }: Route): Record<string, object> | undefined {
  if (sends) return Object.fromEntries(sends.map((mediaType) => [mediaType, {}]));
  return result && { 'application/json': { schema: schemaOf(result, 'output') } };
}

function operationOf(row: Route) {
  const right =
    row.permission === 'anyone'
      ? 'Needs no permission.'
      : `Needs \`${row.permission}\`: ${permissions[row.permission]}.`;
  const status = row.status ?? (row.result || row.sends ? 200 : 204);
  const content = contentOf(row);
  return {
    operationId: `${row.method.toLowerCase()}${row.path.replace(/[^a-zA-Z0-9]+(.)?/g, (_, next: string = '') => next.toUpperCase())}`,
    summary: row.summary,
    description: right,
    tags: [row.path.split('/')[1] ?? 'api'],
    parameters: [...parametersOf(row.params, 'path'), ...parametersOf(row.query, 'query')],
    ...(row.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(row.body, 'input') } } },
    }),
    responses: {
      [status]: { description: 'Done', ...(content && { content }) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

/** The OpenAPI 3.1 document of the API, from the same rows and schemas that serve it. */
export function openApiDocument(
  routes: readonly Route[],
  { version, publicUrl }: { version: string; publicUrl: string },
) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const row of routes) {
    paths[row.path] ??= {};
    Object.assign(paths[row.path] ?? {}, { [row.method.toLowerCase()]: operationOf(row) });
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Assay', version, description: 'The catalog of golden container images.' },
    servers: [{ url: `${publicUrl}/api/v1` }],
    security: [{ basic: [] }, { token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        basic: { type: 'http', scheme: 'basic' },
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'assay_session' },
      },
      responses: {
        Problem: {
          description: 'What went wrong, and what to do (RFC 9457)',
          content: { 'application/problem+json': { schema: schemaOf(ProblemDetails, 'output') } },
        },
      },
    },
  };
}
