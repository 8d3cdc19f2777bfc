import { createHash } from 'node:crypto';
import { mediaTypes } from '#formats/oci/media-types.ts';
import { isCalendarDay } from '#kernel/clock.ts';
import type { Digest } from '#kernel/digest.ts';
import { artifactTypes, LIFECYCLE_DATE_ANNOTATION } from '#model/artifact-types.ts';

const CREATED = 'org.opencontainers.image.created';

/** OCI image-spec 1.1, "Guidelines for Artifact Usage": what stands for no content. */
const EMPTY = Buffer.from('{}');

export interface LifecycleArtifact {
  readonly mediaType: string;
  readonly artifactType: string;
  readonly digest: Digest;
  readonly bytes: Buffer;
  /** What its config and its one layer point to. */
  readonly blobs: readonly { readonly digest: Digest; readonly bytes: Buffer }[];
}

function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/**
 * The artifact that says until when an image is supported, in the shape that `oras attach` gives it: an empty config,
 * one empty layer, everything in the annotations.
 */
export function lifecycleArtifact(
  subject: { readonly mediaType: string; readonly digest: string; readonly size: number },
  endOfLife: string,
  createdAt: Date,
): LifecycleArtifact {
  const empty = { mediaType: mediaTypes.empty, digest: digestOf(EMPTY), size: EMPTY.length };
  const bytes = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaTypes.imageManifest,
      artifactType: artifactTypes.lifecycle,
      config: { ...empty, data: EMPTY.toString('base64') },
      layers: [{ ...empty, data: EMPTY.toString('base64') }],
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
      annotations: { [CREATED]: createdAt.toISOString(), [LIFECYCLE_DATE_ANNOTATION]: endOfLife },
    }),
  );
  return {
    mediaType: mediaTypes.imageManifest,
    artifactType: artifactTypes.lifecycle,
    digest: digestOf(bytes),
    bytes,
    blobs: [{ digest: empty.digest, bytes: EMPTY }],
  };
}

/** The end-of-life day that a lifecycle artifact names, as a date or a time (RFC 3339); undefined when it names none. */
export function readLifecycleDate(
  annotations: Readonly<Record<string, string>> | null | undefined,
): string | undefined {
  const text = annotations?.[LIFECYCLE_DATE_ANNOTATION]?.trim() ?? '';
  if (!/^\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.test(text)) return undefined;
  const day = text.slice(0, 10);
  return isCalendarDay(day) ? day : undefined;
}

/** Of several lifecycle artifacts of one image the newest counts; those without a creation time are the oldest. */
export function newestLifecycleDate(
  referrers: readonly { readonly annotations?: Readonly<Record<string, string>> | null | undefined }[],
): string | undefined {
  const dated = referrers.map(({ annotations }) => ({
    day: readLifecycleDate(annotations),
    createdAt: Date.parse(annotations?.[CREATED] ?? '') || 0,
  }));
  return dated.filter(({ day }) => day !== undefined).sort((a, b) => b.createdAt - a.createdAt)[0]?.day;
}
