import { listReferrers, type ManifestFacts } from '#features/registry/index.ts';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { nextLink, parsePageSize } from './paging.ts';
import { jsonAnswer } from './registry-answer.ts';
import type { Handler } from './registry-context.ts';

const MAX_PAGE = 500;
/** Clients read at most 4 MiB of an index. */
const MAX_BYTES = 3 * 1024 * 1024;

/** OCI distribution-spec 1.1, "Listing Referrers": an index of what refers to the digest, which need not exist. */
export const answerReferrers: Handler<'list-referrers'> = async ({ deps }, { repository, digest, query }) => {
  const limit = Math.max(1, parsePageSize(query, MAX_PAGE));
  const artifactType = query.get('artifactType') || undefined;
  const after = query.get('last') ?? undefined;
  const page = await listReferrers(deps.db, repository, digest, {
    limit,
    ...(artifactType !== undefined && { artifactType }),
    ...(after !== undefined && { after }),
  });
  const manifests = fitting(page.referrers.map(descriptorOf));
  const isCut = manifests.length < page.referrers.length;
  const last = isCut ? manifests.at(-1)?.digest : page.next;
  const n = query.get('n') ?? undefined;
  const path = `/v2/${repository}/referrers/${digest}`;
  return jsonAnswer(
    200,
    { schemaVersion: 2, mediaType: mediaTypes.imageIndex, manifests },
    {
      'content-type': mediaTypes.imageIndex,
      ...(artifactType !== undefined && { 'oci-filters-applied': 'artifactType' }),
      ...(last !== undefined && nextLink(path, { artifactType, n, last })),
    },
  );
};

function descriptorOf({ mediaType, digest, sizeBytes, artifactType, annotations }: ManifestFacts) {
  return {
    mediaType,
    digest,
    size: sizeBytes,
    ...(artifactType !== null && { artifactType }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** As many as fit into one answer, and at least one. */
function fitting<T>(descriptors: readonly T[]): T[] {
  let bytes = 0;
  const end = descriptors.findIndex((descriptor, index) => {
    bytes += JSON.stringify(descriptor).length;
    return index > 0 && bytes > MAX_BYTES;
  });
  return end < 0 ? [...descriptors] : descriptors.slice(0, end);
}
