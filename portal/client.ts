import type { ProblemDetails } from '#model/api-common.ts';

/** What a request failed with: the server's problem, or that the server was not reached. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;
  /** Finds the line in the server's log; null when no answer came. */
  readonly requestId: string | null;

  constructor(problem: Pick<ProblemDetails, 'detail' | 'status' | 'code'> & { requestId: string | null }) {
    super(problem.detail);
    this.name = 'RequestError';
    this.status = problem.status;
    this.code = problem.code;
    this.requestId = problem.requestId;
  }
}

export interface RequestOptions {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** Sends a request below `/api/v1` with the session's cookie. Throws `RequestError`. */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  if (!response.ok) throw await readProblem(response);
  if (response.status === 204) return undefined as T; // such a path has no answer to type
  return (await response.json()) as T; // the server answers by the same schemas
}

async function send(path: string, { method = 'GET', body, signal }: RequestOptions): Promise<Response> {
  try {
    return await fetch(`/api/v1${path}`, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new RequestError({ status: 0, code: 'unreachable', requestId: null, detail: 'The server does not answer.' });
  }
}

async function readProblem(response: Response): Promise<RequestError> {
  const problem = (await response.json().catch(() => undefined)) as Partial<ProblemDetails> | undefined;
  return new RequestError({
    status: response.status,
    code: problem?.code ?? 'internal',
    requestId: problem?.requestId ?? response.headers.get('x-request-id'),
    detail: problem?.detail ?? `The server answered ${response.status}.`,
  });
}

/** `?a=1&b=2`, or nothing; empty and absent values are left out. */
export function queryString(values: object): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text && `?${text}`;
}
