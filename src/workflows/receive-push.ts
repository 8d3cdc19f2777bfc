import { queueIntake } from '#features/gates/index.ts';
import { findState, setState } from '#features/lifecycle/index.ts';
import { publish } from '#features/notifications/index.ts';
import type { Clock } from '#kernel/clock.ts';
import { catalogRepository, kindOfNamespace, namespaceOf } from '#model/namespace.ts';
import type { Database } from '#platform/database/database.ts';
import type { Queue } from '#platform/queue/queue.ts';
import { admitJob } from './admit-image.ts';

/** A manifest as the registry has just stored it. */
export interface StoredManifest {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly digest: string;
  readonly kind: 'image' | 'index' | 'artifact';
  readonly actor: string;
}

/** The tag under which clients of registries without a referrers API keep a list of referrers. */
const REFERRERS_TAG = /^sha(?:256|512)-[0-9a-f]{64}/;

/**
 * Runs in the transaction that stores the manifest: a tagged image or index in an intake namespace becomes an intake,
 * with the job that judges it. Artifacts are stored, not judged.
 */
export async function receivePush(
  { queue, clock }: { readonly queue: Queue; readonly clock: Clock },
  trx: Database,
  push: StoredManifest,
): Promise<void> {
  const { repository, digest, actor } = push;
  if (kindOfNamespace(namespaceOf(repository)) !== 'intake' || push.kind === 'artifact') return;
  const tags = push.tags.filter((tag) => !REFERRERS_TAG.test(tag));
  const at = clock.now();
  for (const tag of tags) {
    const intakeId = await queueIntake(trx, {
      repository,
      tag,
      digest,
      target: catalogRepository(repository),
      pushedBy: actor,
      pushedAt: at,
    });
    await queue.send(trx, admitJob({ id: intakeId, repository, tag }));
    await publish(trx, {
      type: 'image.pushed',
      at,
      repository,
      digest,
      actor,
      message: `${actor} pushed ${repository}:${tag}`,
      data: { tag },
    });
  }
  if (tags.length > 0 && !(await findState(trx, repository, digest))) {
    await setState(trx, { repository, digest, state: 'staged', reason: `${actor} pushed it`, actor, at });
  }
}
