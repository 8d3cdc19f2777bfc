import { type Digest, parseDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';

const NAME = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** OCI distribution-spec 1.1, "Pulling manifests": repository names; 255 characters with the registry's host in mind. */
export function isRepositoryName(name: string): boolean {
  return name.length <= 255 && NAME.test(name);
}

export function isTag(tag: string): boolean {
  return TAG.test(tag);
}

/** `[registry/]repository[:tag][@digest]` as people type it. */
export interface Reference {
  readonly registry: string | null;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: Digest | null;
}

/** The first segment is a registry when it has a dot or a colon, or is `localhost`. Throws `NAME_INVALID`. */
export function parseReference(text: string): Reference {
  const [name = '', digest] = text.split('@', 2);
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const registry = first === 'localhost' || /[.:]/.test(first) ? first : null;
  const rest = registry === null ? name : name.slice(slash + 1);
  const colon = rest.lastIndexOf(':');
  const repository = colon < 0 ? rest : rest.slice(0, colon);
  const tag = colon < 0 ? null : rest.slice(colon + 1);
  if (!isRepositoryName(repository) || (tag !== null && !isTag(tag))) {
    throw new AppError(
      'NAME_INVALID',
      `cannot use reference "${text.slice(0, 120)}": expected [HOST/]NAME[:TAG][@DIGEST]`,
    );
  }
  return { registry, repository, tag, digest: digest === undefined ? null : parseDigest(digest) };
}

export function formatReference(reference: Reference): string {
  const host = reference.registry ? `${reference.registry}/` : '';
  const tag = reference.tag ? `:${reference.tag}` : '';
  return `${host}${reference.repository}${tag}${reference.digest ? `@${reference.digest}` : ''}`;
}
