import { AppError } from '#kernel/errors.ts';
import { normalizePurl } from './purl-types.ts';

/** A package URL taken apart. https://github.com/package-url/purl-spec/blob/main/PURL-SPECIFICATION.rst */
export interface Purl {
  readonly type: string;
  /** Segments joined by `/`, not percent-encoded; empty when there is none. */
  readonly namespace: string;
  readonly name: string;
  readonly version: string;
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string;
}

export type PurlInput = Pick<Purl, 'type' | 'name'> &
  Partial<{
    namespace: string | null;
    version: string | null;
    qualifiers: Readonly<Record<string, string | null | undefined>>;
    subpath: string;
  }>;

/** The canonical text: normalised by the type's rules, qualifiers sorted, empty ones left out. */
export function formatPurl(input: PurlInput): string {
  const { type, namespace, name } = normalizePurl({
    type: input.type.toLowerCase(),
    namespace: input.namespace ?? '',
    name: input.name,
  });
  const path = [...segmentsOf(namespace), name].map(encode).join('/');
  const version = input.version ? `@${encode(input.version)}` : '';
  const subpath = segmentsOf(input.subpath ?? '').filter((segment) => segment !== '.' && segment !== '..');
  const fragment = subpath.length > 0 ? `#${subpath.map(encode).join('/')}` : '';
  return `pkg:${type}/${path}${version}${formatQualifiers(input.qualifiers ?? {})}${fragment}`;
}

function formatQualifiers(qualifiers: Readonly<Record<string, string | null | undefined>>): string {
  const pairs: string[] = [];
  for (const key of Object.keys(qualifiers).sort()) {
    const value = qualifiers[key];
    if (value) pairs.push(`${key.toLowerCase()}=${encode(value)}`);
  }
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** Everything but letters, digits and `.-_~:` is encoded, as UTF-8. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%3A', ':');
}

/** Throws `invalid-input` with what is wrong. */
export function parsePurl(text: string): Purl {
  if (!/^pkg:/i.test(text)) throw unreadable(text, 'it does not begin with pkg:');
  const [beforeFragment, fragment = ''] = splitLast(text.slice(4), '#');
  const [beforeQuery, query = ''] = splitLast(beforeFragment, '?');
  const trimmed = beforeQuery.replace(/^\/{1,3}/, '');
  const slash = trimmed.indexOf('/');
  const type = trimmed.slice(0, Math.max(slash, 0)).toLowerCase();
  if (!/^[a-z.+-][a-z0-9.+-]*$/.test(type)) throw unreadable(text, 'it has no type');
  const [path, version = ''] = splitVersion(trimmed.slice(slash + 1));
  const segments = segmentsOf(path).map((segment) => decode(segment, text));
  const name = segments.pop();
  if (!name) throw unreadable(text, 'it has no name');
  return {
    ...normalizePurl({ type, namespace: segments.join('/'), name }),
    version: decode(version, text),
    qualifiers: parseQualifiers(query, text),
    subpath: segmentsOf(fragment)
      .map((segment) => decode(segment, text))
      .filter((segment) => segment !== '.' && segment !== '..')
      .join('/'),
  };
}

function parseQualifiers(query: string, purl: string): Record<string, string> {
  const qualifiers: Record<string, string> = {};
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    if (equals <= 0 || equals === pair.length - 1) continue;
    const key = pair.slice(0, equals).toLowerCase();
    if (/^[a-z.-][a-z0-9._-]*$/.test(key)) qualifiers[key] = decode(pair.slice(equals + 1), purl);
  }
  return qualifiers;
}

/** An at sign that begins a path segment belongs to an npm scope, not to the version. */
function splitVersion(path: string): [string, string?] {
  const at = path.lastIndexOf('@');
  if (at <= 0 || path[at - 1] === '/') return [path];
  return [path.slice(0, at), path.slice(at + 1)];
}

function splitLast(text: string, separator: string): [string, string?] {
  const index = text.lastIndexOf(separator);
  return index < 0 ? [text] : [text.slice(0, index), text.slice(index + 1)];
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '');
}

function decode(text: string, purl: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw unreadable(purl, 'its percent-encoding is broken', cause);
  }
}

function unreadable(text: string, reason: string, cause?: unknown): AppError {
  return new AppError('invalid-input', `cannot read package URL "${text.slice(0, 200)}": ${reason}`, { cause });
}
