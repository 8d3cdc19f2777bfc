/**
 * A few well-known advisories as OSV records, so that the sample images have findings without any network: facts only
 * (ids, ranges, CVSS vectors, dates) from the OSV and GitHub advisory databases and CISA's catalog.
 */
interface Range {
  readonly introduced: string;
  readonly fixed: string;
}

interface Fact {
  readonly id: string;
  readonly cve: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly type: 'SEMVER' | 'ECOSYSTEM';
  readonly ranges: readonly Range[];
  readonly cvss: string;
  readonly summary: string;
  readonly published: string;
}

const facts: readonly Fact[] = [
  {
    id: 'GHSA-rv95-896h-c2vc',
    cve: 'CVE-2024-29041',
    ecosystem: 'npm',
    name: 'express',
    type: 'SEMVER',
    ranges: [{ introduced: '0', fixed: '4.19.2' }],
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N',
    summary: 'A malformed URL can redirect to another site',
    published: '2024-03-25T19:40:26Z',
  },
  {
    id: 'GHSA-9wv6-86v2-598j',
    cve: 'CVE-2024-45296',
    ecosystem: 'npm',
    name: 'path-to-regexp',
    type: 'SEMVER',
    ranges: [{ introduced: '0', fixed: '0.1.10' }],
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
    summary: 'A crafted path makes matching take very long',
    published: '2024-09-09T20:19:15Z',
  },
  {
    id: 'GHSA-jfh8-c2jp-5v3q',
    cve: 'CVE-2021-44228',
    ecosystem: 'Maven',
    name: 'org.apache.logging.log4j:log4j-core',
    type: 'ECOSYSTEM',
    ranges: [{ introduced: '2.13.0', fixed: '2.15.0' }],
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H',
    summary: 'A logged string can load and run code from elsewhere',
    published: '2021-12-10T00:40:56Z',
  },
  {
    id: 'GHSA-7rjr-3q55-vv33',
    cve: 'CVE-2021-45046',
    ecosystem: 'Maven',
    name: 'org.apache.logging.log4j:log4j-core',
    type: 'ECOSYSTEM',
    ranges: [{ introduced: '2.13.0', fixed: '2.16.0' }],
    cvss: 'CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:C/C:H/I:H/A:H',
    summary: 'The first fix of CVE-2021-44228 was incomplete',
    published: '2021-12-14T18:01:28Z',
  },
  {
    id: 'ALPINE-CVE-2022-28391',
    cve: 'CVE-2022-28391',
    ecosystem: 'Alpine:v3.15',
    name: 'busybox',
    type: 'ECOSYSTEM',
    ranges: [{ introduced: '0', fixed: '1.34.1-r5' }],
    cvss: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H',
    summary: 'A host name can carry escape sequences to the terminal of netstat',
    published: '2022-04-03T21:15:08Z',
  },
];

function record(fact: Fact): object {
  return {
    schema_version: '1.7.0',
    id: fact.id,
    modified: fact.published,
    published: fact.published,
    aliases: fact.id.startsWith('ALPINE-') ? [] : [fact.cve],
    upstream: fact.id.startsWith('ALPINE-') ? [fact.cve] : [],
    summary: fact.summary,
    details: '',
    severity: [{ type: 'CVSS_V3', score: fact.cvss }],
    affected: [
      {
        package: { ecosystem: fact.ecosystem, name: fact.name },
        ranges: [
          { type: fact.type, events: fact.ranges.flatMap(({ introduced, fixed }) => [{ introduced }, { fixed }]) },
        ],
      },
    ],
  };
}

/** Ecosystem → its records, the shape of one OSV export. */
export function sampleAdvisories(): ReadonlyMap<string, readonly object[]> {
  const byEcosystem = new Map<string, object[]>();
  for (const fact of facts) {
    const [ecosystem = fact.ecosystem] = fact.ecosystem.split(':');
    byEcosystem.set(ecosystem, [...(byEcosystem.get(ecosystem) ?? []), record(fact)]);
  }
  return byEcosystem;
}

/** The part of CISA's catalog that names the sample advisories, in its own shape. */
export const sampleKnownExploited = {
  title: 'CISA Catalog of Known Exploited Vulnerabilities (sample)',
  catalogVersion: 'sample',
  dateReleased: '2023-05-01T00:00:00.0000Z',
  count: 2,
  vulnerabilities: [
    { cveID: 'CVE-2021-44228', vendorProject: 'Apache', product: 'Log4j2', dateAdded: '2021-12-10' },
    { cveID: 'CVE-2021-45046', vendorProject: 'Apache', product: 'Log4j2', dateAdded: '2023-05-01' },
  ],
};
