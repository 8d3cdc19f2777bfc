import { createHash } from 'node:crypto';
import { artifactTypes } from '#model/artifact-types.ts';
import { isUnread } from '#model/problem.ts';
import { mergeFindings } from '../merged-findings.ts';
import { type ReportFormat, type ReportInput, TOOL_NAME } from '../report.ts';
import { componentsOf, type ListedComponent } from './cyclonedx-components.ts';
import { vulnerabilitiesOf } from './cyclonedx-vulnerabilities.ts';

/** A bill of materials with its vulnerabilities, CycloneDX 1.6 JSON (https://cyclonedx.org/docs/1.6/json/). */
export const cyclonedx: ReportFormat = {
  id: 'cyclonedx',
  title: 'CycloneDX 1.6',
  kind: 'vulnerability',
  artifactType: artifactTypes.cyclonedx,
  mediaType: artifactTypes.cyclonedx,

  render(input) {
    const components = componentsOf(input);
    const root = rootOf(input);
    const body = {
      version: 1,
      metadata: metadataOf(input, root),
      components: components.map(({ component }) => component),
      dependencies: dependenciesOf(root['bom-ref'], components),
      ...(isIncomplete(input) ? { compositions: [{ aggregate: 'incomplete', assemblies: [root['bom-ref']] }] } : {}),
      vulnerabilities: vulnerabilitiesOf(mergeFindings(input), components),
    };
    const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialNumber(JSON.stringify(body)) };
    return Buffer.from(`${JSON.stringify({ ...head, ...body })}\n`);
  },
};

/** A UUID of version 8 (RFC 9562) made of the content: the same content keeps its serial number. */
function serialNumber(content: string): string {
  const hex = createHash('sha256').update(content).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return `urn:uuid:${parts.join('-')}-${hex.slice(20, 32)}`;
}

function rootOf({ image }: ReportInput) {
  const name = image.name.split('/').at(-1) ?? image.name;
  const repository = encodeURIComponent(image.name.toWellFormed());
  const [algorithm, hex = ''] = image.digest.split(':');
  return {
    type: 'container',
    'bom-ref': image.digest,
    name: image.name,
    version: image.digest,
    hashes: [{ alg: algorithm === 'sha512' ? 'SHA-512' : 'SHA-256', content: hex }],
    purl: `pkg:oci/${encodeURIComponent(name.toLowerCase())}@${encodeURIComponent(image.digest)}?repository_url=${repository}`,
  };
}

function metadataOf(input: ReportInput, root: object) {
  const { image, platforms, dataSources, finishedAt, validUntil } = input;
  const problems = platforms.flatMap(({ platform, problems }) =>
    problems.map(({ code, message, path }) => `${platform}: ${code}: ${message}${path ? ` (${path})` : ''}`),
  );
  const properties = [
    { name: 'assay:image:media-type', value: image.mediaType },
    { name: 'assay:report:valid-until', value: validUntil.toISOString() },
    ...platforms.map(({ platform, digest }) => ({ name: 'assay:platform', value: `${platform} ${digest}` })),
    ...dataSources.map(({ id, refreshedAt }) => ({
      name: 'assay:data-source',
      value: `${id} ${refreshedAt?.toISOString() ?? 'never refreshed'}`,
    })),
    ...[...new Set(problems)].sort().map((value) => ({ name: 'assay:problem', value })),
  ];
  return {
    timestamp: finishedAt.toISOString(),
    tools: { components: [{ type: 'application', name: TOOL_NAME, version: input.toolVersion }] },
    component: root,
    properties,
  };
}

function dependenciesOf(root: string, components: readonly ListedComponent[]) {
  return [{ ref: root, dependsOn: components.map(({ component }) => component['bom-ref']) }];
}

function isIncomplete(input: ReportInput): boolean {
  return input.platforms.some(({ problems }) => problems.some(isUnread));
}
