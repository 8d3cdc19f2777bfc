/** OCI artifact types that Assay writes or understands. */
export const artifactTypes = {
  sarif: 'application/sarif+json',
  cyclonedx: 'application/vnd.cyclonedx+json',
  spdx: 'application/spdx+json',
  malwareSarif: 'application/vnd.assay.malware.sarif+json',
  notarySignature: 'application/vnd.cncf.notary.signature',
  lifecycle: 'application/vnd.microsoft.artifact.lifecycle',
} as const;

/** The annotation of a lifecycle artifact that holds the end-of-life date. */
export const LIFECYCLE_DATE_ANNOTATION = 'vnd.microsoft.artifact.lifecycle.end-of-life.date';

/**
 * Types that are Assay's alone in a catalog namespace: they are never carried along from intake, so that nobody plants a
 * newer "clean" report. Signatures travel separately, only those on the image itself or on metadata that travels.
 */
export const reservedArtifactTypes: readonly string[] = [
  artifactTypes.sarif,
  artifactTypes.malwareSarif,
  artifactTypes.lifecycle,
];

/**
 * What nobody attaches in a catalog namespace by hand: a publisher's signatures and bills of materials come with the image, and a
 * bill of materials can also say what is vulnerable.
 */
export const travellingArtifactTypes: readonly string[] = [artifactTypes.notarySignature, artifactTypes.cyclonedx];
