import { AppError } from '#kernel/errors.ts';
import { type AnswerHeaders, warningHeader } from './registry-answer.ts';
import type { Handler } from './registry-context.ts';
import { digestIn } from './registry-request.ts';

/** GET and HEAD of a manifest. This is where a retired or quarantined image is refused. */
export const pullManifest: Handler<'get-manifest'> = async (context, { repository, reference }) => {
  const { deps, caller, pulls, isHead } = context;
  const remembered = deps.memory.findManifest(repository, reference);
  const manifest = remembered instanceof Promise ? await remembered : remembered;
  if (!manifest) throw manifestUnknown(repository, reference);
  const headers: AnswerHeaders = {
    'content-type': manifest.mediaType,
    'content-length': manifest.bytes.length,
    'docker-content-digest': manifest.digest,
    etag: `"${manifest.digest}"`,
  };
  if (manifest.kind !== 'artifact') {
    const decided = deps.pullDecision(repository, manifest.digest, reference);
    const decision = decided instanceof Promise ? await decided : decided;
    if (decision.kind === 'refused') throw new AppError('DENIED', decision.message);
    if (decision.warning) headers.warning = warningHeader(decision.warning);
    if (!isHead) {
      const tag = digestIn(reference) ? null : reference;
      pulls.record({ repository, digest: manifest.digest, tag, principal: caller.principal.id });
    }
  }
  return { status: 200, headers, body: manifest.bytes };
};

export function manifestUnknown(repository: string, reference: string): AppError {
  const name = digestIn(reference) ? `${repository}@${reference}` : `${repository}:${reference}`;
  return new AppError('MANIFEST_UNKNOWN', `cannot find ${name}: the repository has no such manifest`);
}
