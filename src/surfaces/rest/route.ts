import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { isAllowed, type Permission, type Principal } from '#model/access.ts';

/** Who asks, from where; handed to every handler. */
export interface Caller {
  readonly principal: Principal;
  /** The address of the client, for the audit log. */
  readonly from: string;
  readonly requestId: string;
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/**
 * One row of the API. The OpenAPI document, the checks of input and rights, and the documentation come from it.
 * `permission` is asked for any namespace; a handler asks again with the namespace that it learns.
 */
export interface Route<
  P extends z.ZodType | undefined = z.ZodType | undefined,
  Q extends z.ZodType | undefined = z.ZodType | undefined,
  B extends z.ZodType | undefined = z.ZodType | undefined,
  R extends z.ZodType | undefined = z.ZodType | undefined,
> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Below `/api/v1`, with `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly permission: Permission | 'anyone';
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly result?: R;
  readonly status?: number;
  /** Media types of an answer that the handler sends itself, such as a file or a stream of events. */
  readonly sends?: readonly string[];
  handle(
    input: { params: Output<P>; query: Output<Q>; body: Output<B> },
    caller: Caller,
    reply: FastifyReply,
  ): Promise<R extends z.ZodType ? z.input<R> : unknown>;
}

/** Ties the handler's types to the row's schemas. */
export function route<
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
  R extends z.ZodType | undefined = undefined,
>(row: Route<P, Q, B, R>): Route {
  return row as unknown as Route;
}

/** No database text holds NUL or half a surrogate pair, and nobody means them. */
function isText(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, inner]) => isText(key) && isText(inner));
}

export function parseInput<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  if (!isText(value)) {
    throw new AppError('invalid-input', `cannot use the request: ${where} holds characters that are no text`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${[where, ...issue.path].join('.')}: ${issue.message}`);
  throw new AppError('invalid-input', `cannot use the request: ${faults.slice(0, 10).join('; ')}`, { details: faults });
}

/** Throws unless the caller holds the permission in the namespace; says who can give it. */
export function demand(caller: Caller, permission: Permission, namespace: string): void {
  if (isAllowed(caller.principal, permission, namespace)) return;
  if (caller.principal.id === 'anonymous') {
    throw new AppError(
      'not-signed-in',
      'cannot do this without signing in: send Basic credentials, a token or a session',
    );
  }
  throw new AppError(
    'not-allowed',
    `${caller.principal.name} may not do this in ${namespace}: it needs the permission ${permission}. An administrator can grant it.`,
  );
}

/** True when any of the principal's grants holds the permission. */
export function holdsAnywhere(principal: Principal, permission: Permission): boolean {
  return principal.grants.some((grant) => isAllowed(principal, permission, grant.namespace));
}
