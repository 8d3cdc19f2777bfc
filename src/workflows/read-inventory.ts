import {
  fileDigestsOf,
  filesWithDigest,
  findInventory,
  findLayer,
  inventoryImage,
  isInventoried,
  presentVersions,
  putInventory,
  putLayer,
  type StoredInventory,
} from '#features/inventory/index.ts';
import { fileExaminer, hitsOf, type MalwareHit, putVerdicts } from '#features/malware/index.ts';
import { AppError } from '#kernel/errors.ts';
import type { MalwareFinding } from '#model/malware.ts';
import type { SourceImage } from '#platform/images/image-source.ts';
import type { ScanWork, Step } from './work.ts';

async function readImage(
  { db, clock, malware, maxLayerBytes }: ScanWork,
  image: SourceImage,
  step: Step,
): Promise<void> {
  const examiner = fileExaminer(malware);
  const versions = presentVersions(examiner);
  const { inventory, layers } = await inventoryImage(
    {
      findLayer: (diffId, digest) => findLayer(db, { diffId, digest }),
      putLayer: (facts, digest) => putLayer(db, facts, digest),
      examiner,
      limits: { maxLayerBytes },
      step,
    },
    image,
  );
  const { digest, platform } = image;
  await db.transaction().execute(async (trx) => {
    await putVerdicts(trx, malware.contentVersion, examiner.verdicts);
    await putInventory(trx, { digest, platform, layers, catalogers: versions, inventory, at: clock.now() });
  });
}

/** What is in a platform image: read now, or as it was read before by the same catalogers and rules. */
export async function readInventory(work: ScanWork, image: SourceImage, step: Step): Promise<StoredInventory> {
  const versions = presentVersions(fileExaminer(work.malware));
  const hadProblems = async () =>
    (await findInventory(work.db, image.digest))?.problems.some((problem) => problem.code === 'malware-not-examined');
  if (!(await isInventoried(work.db, image.digest, versions)) || (await hadProblems()))
    await readImage(work, image, step);
  const stored = await findInventory(work.db, image.digest);
  if (stored) return stored;
  throw new AppError('internal', `cannot scan ${image.digest}: its inventory is gone`);
}

/** Malware in the files of an image: by what was seen in their bytes, and by the lists of hashes as they are now. */
export async function malwareOf({ db, malware }: ScanWork, digest: string): Promise<MalwareFinding[]> {
  const digests = await fileDigestsOf(db, digest);
  const hits = new Map<string, readonly MalwareHit[]>(await hitsOf(db, digests, malware.contentVersion));
  for (const sha256 of digests) {
    const listed = malware.lookUp(sha256);
    const known = hits.get(sha256) ?? [];
    const fresh = listed.filter((hit) => !known.some((each) => each.signature === hit.signature));
    if (fresh.length > 0) hits.set(sha256, [...known, ...fresh]);
  }
  const files = await filesWithDigest(db, digest, [...hits.keys()]);
  return files.flatMap(({ sha256, path, layer }) =>
    (hits.get(sha256) ?? []).map((hit) => ({ ...hit, path, layer, sha256 })),
  );
}
