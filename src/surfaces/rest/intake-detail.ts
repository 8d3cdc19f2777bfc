import { findImageFacts } from '#features/catalog/index.ts';
import { latestVerdict } from '#features/gates/index.ts';
import { findWindow } from '#features/lifecycle/index.ts';
import { type BlobDeps, findManifest } from '#features/registry/index.ts';
import { isAllowed } from '#model/access.ts';
import type { IntakeDetail, IntakeRow } from '#model/api-intake.ts';
import { namespaceOf } from '#model/namespace.ts';
import { platformImages } from './image-platforms.ts';
import type { Caller } from './route.ts';

const decidable: readonly IntakeRow['status'][] = ['waiting', 'rejected'];

/** One push with everything that its decision rests on. */
export async function intakeDetail(deps: BlobDeps, caller: Caller, row: IntakeRow): Promise<IntakeDetail> {
  const { db } = deps;
  const { digest, repository, status } = row;
  const [verdict, facts, window, manifest] = await Promise.all([
    latestVerdict(db, digest, repository),
    findImageFacts(db, digest),
    findWindow(db, digest),
    findManifest(db, repository, digest),
  ]);
  const platforms = manifest ? await platformImages(deps, manifest) : [];
  return {
    ...row,
    verdict: verdict ?? null,
    posture: facts?.posture ?? null,
    window,
    platforms: platforms.map((each) => ({ digest: each.digest, platform: each.platform })),
    mayDecide: decidable.includes(status) && isAllowed(caller.principal, 'intake.decide', namespaceOf(repository)),
  };
}
