import { createHash } from 'node:crypto';
import { mediaTypes } from '#formats/oci/media-types.ts';
import type { Digest } from '#kernel/digest.ts';
import type { ReportFormat } from './report.ts';

/** Something to store in the registry. */
export interface ReportBlob {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** A report as an OCI artifact that refers to its image: the manifest, and the blobs that must be there before it. */
export interface ReportArtifact {
  readonly manifest: ReportBlob;
  readonly artifactType: string;
  /** The empty config and the report itself. */
  readonly blobs: readonly ReportBlob[];
}

export interface ReportToAttach {
  readonly subject: { readonly mediaType: string; readonly digest: Digest; readonly size: number };
  readonly format: Pick<ReportFormat, 'id' | 'kind' | 'artifactType' | 'mediaType'>;
  readonly bytes: Uint8Array;
  /** When the scan ended. */
  readonly createdAt: Date;
  readonly validUntil: Date;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const reportAnnotations = {
  created: 'org.opencontainers.image.created',
  kind: 'dev.assay.report.kind',
  format: 'dev.assay.report.format',
  validUntil: 'dev.assay.report.valid-until',
} as const;

const EMPTY = Buffer.from('{}');

/** The artifact of OCI image-spec 1.1 with an empty config; whoever signs the manifest signs the link to the image as well. */
export function createReportArtifact(report: ReportToAttach): ReportArtifact {
  const { subject, format } = report;
  const config = blobOf(EMPTY, mediaTypes.empty);
  const layer = blobOf(report.bytes, format.mediaType);
  const manifest = {
    schemaVersion: 2,
    mediaType: mediaTypes.imageManifest,
    artifactType: format.artifactType,
    config: descriptorOf(config),
    layers: [descriptorOf(layer)],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: {
      ...report.annotations,
      [reportAnnotations.created]: seconds(report.createdAt),
      [reportAnnotations.kind]: format.kind,
      [reportAnnotations.format]: format.id,
      [reportAnnotations.validUntil]: seconds(report.validUntil),
    },
  };
  return {
    manifest: blobOf(Buffer.from(JSON.stringify(manifest)), mediaTypes.imageManifest),
    artifactType: format.artifactType,
    blobs: [config, layer],
  };
}

function blobOf(bytes: Uint8Array, mediaType: string): ReportBlob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes, mediaType };
}

function descriptorOf({ mediaType, digest, bytes }: ReportBlob) {
  return { mediaType, digest, size: bytes.length };
}

function seconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}
