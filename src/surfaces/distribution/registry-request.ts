import { isRepositoryName, isTag } from '#formats/oci/reference.ts';
import { type Digest, isDigest, parseDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';

interface InRepository {
  readonly repository: string;
}

interface WithDigest extends InRepository {
  readonly digest: Digest;
}

interface WithReference extends InRepository {
  /** A tag or a digest. */
  readonly reference: string;
}

interface WithUpload extends InRepository {
  readonly upload: string;
}

/** OCI distribution-spec 1.1, "Endpoints". */
interface Requests {
  ping: object;
  catalog: object;
  'list-tags': InRepository;
  'list-referrers': WithDigest;
  'get-manifest': WithReference;
  'put-manifest': WithReference;
  'delete-manifest': WithReference;
  'get-blob': WithDigest;
  'delete-blob': WithDigest;
  'start-upload': InRepository;
  'upload-status': WithUpload;
  'append-upload': WithUpload;
  'finish-upload': WithUpload;
  'cancel-upload': WithUpload;
}

export type RequestKind = keyof Requests;
export type RequestOf<K extends RequestKind> = {
  [Kind in K]: { readonly kind: Kind; readonly query: URLSearchParams } & Requests[Kind];
}[K];
/** A request to the registry, checked: names are names, digests digests. */
export type RegistryRequest = RequestOf<RequestKind>;

interface Endpoint {
  readonly path: RegExp;
  readonly methods: Readonly<Record<string, RequestKind>>;
}

// Greedy, so that a repository may itself be named "a/blobs/uploads".
const endpoints: readonly Endpoint[] = [
  {
    path: /^(.+)\/manifests\/([^/]+)$/,
    methods: { GET: 'get-manifest', HEAD: 'get-manifest', PUT: 'put-manifest', DELETE: 'delete-manifest' },
  },
  { path: /^(.+)\/blobs\/uploads\/?$/, methods: { POST: 'start-upload' } },
  {
    path: /^(.+)\/blobs\/uploads\/([^/]+)$/,
    methods: { GET: 'upload-status', PATCH: 'append-upload', PUT: 'finish-upload', DELETE: 'cancel-upload' },
  },
  { path: /^(.+)\/blobs\/([^/]+)$/, methods: { GET: 'get-blob', HEAD: 'get-blob', DELETE: 'delete-blob' } },
  { path: /^(.+)\/tags\/list$/, methods: { GET: 'list-tags', HEAD: 'list-tags' } },
  { path: /^(.+)\/referrers\/([^/]+)$/, methods: { GET: 'list-referrers', HEAD: 'list-referrers' } },
  { path: /^_catalog$/, methods: { GET: 'catalog', HEAD: 'catalog' } },
  { path: /^$/, methods: { GET: 'ping', HEAD: 'ping' } },
];

/** `url` begins with `/v2`. Throws `NAME_INVALID`, `DIGEST_INVALID`, `UNSUPPORTED`, `NAME_UNKNOWN`. */
export function parseRequest(method: string, url: string): RegistryRequest {
  const mark = url.indexOf('?');
  const path = (mark < 0 ? url : url.slice(0, mark)).slice('/v2/'.length);
  for (const endpoint of endpoints) {
    const match = endpoint.path.exec(path);
    if (!match) continue;
    const kind = Object.hasOwn(endpoint.methods, method) ? endpoint.methods[method] : undefined;
    if (!kind) {
      const allowed = Object.keys(endpoint.methods).join(', ');
      throw new AppError('UNSUPPORTED', `cannot ${method} here: use ${allowed}`, { details: { allow: allowed } });
    }
    return requestOf(kind, match, parseQuery(mark < 0 ? '' : url.slice(mark + 1)));
  }
  throw new AppError('NAME_UNKNOWN', 'cannot find this address: the registry has nothing of that form');
}

function parseQuery(text: string): URLSearchParams {
  if (!text.includes('%00')) return new URLSearchParams(text);
  throw new AppError('invalid-input', 'cannot use a parameter with a NUL character');
}

function requestOf(kind: RequestKind, match: RegExpExecArray, query: URLSearchParams): RegistryRequest {
  if (kind === 'ping' || kind === 'catalog') return { kind, query };
  const repository = checkedName(match[1] ?? '');
  if (kind === 'list-tags' || kind === 'start-upload') return { kind, repository, query };
  const last = decoded(match[2] ?? '');
  if (kind === 'list-referrers' || kind === 'get-blob' || kind === 'delete-blob') {
    return { kind, repository, digest: parseDigest(last), query };
  }
  if (kind === 'get-manifest' || kind === 'put-manifest' || kind === 'delete-manifest') {
    return { kind, repository, reference: checkedReference(last), query };
  }
  return { kind, repository, upload: last, query };
}

function decoded(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new AppError('NAME_INVALID', 'cannot read this address: its percent-encoding is broken', { cause });
  }
}

export function checkedName(name: string): string {
  if (isRepositoryName(name)) return name;
  throw new AppError(
    'NAME_INVALID',
    `cannot use repository name "${name.slice(0, 120)}": lower-case letters, digits and . _ - between slashes, at most 255`,
  );
}

function checkedReference(reference: string): string {
  if (reference.includes(':')) return parseDigest(reference);
  if (isTag(reference)) return reference;
  throw new AppError(
    'MANIFEST_INVALID',
    `cannot use tag "${reference.slice(0, 140)}": letters, digits and . _ -, at most 128, not first . or -`,
  );
}

/** The digest, when the reference is one. */
export function digestIn(reference: string): Digest | undefined {
  return isDigest(reference) ? reference : undefined;
}
