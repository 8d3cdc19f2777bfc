import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type Outcome, run } from '#testkit/peers.ts';

export interface ConformanceTarget {
  readonly host: string;
  readonly repositories: readonly [string, string];
  readonly version: '1.1' | 'dev';
  /** Absent: without credentials. */
  readonly person?: { readonly name: string; readonly password: string };
  /** The path of the authority's certificate; absent for plain HTTP. */
  readonly ca?: string;
  /** Results are written to its folder `results`. */
  readonly folder: string;
}

export interface ConformanceResult {
  readonly outcome: Outcome;
  /** Counted over single tests: the results file takes a skipped one for passed where another of its kind was. */
  readonly counts: {
    readonly tests: number;
    readonly failures: number;
    readonly errors: number;
    readonly skipped: number;
  };
  /** Switches that are off, and statuses other than `Pass`. */
  readonly shortcomings: readonly string[];
}

/** Where the results of a version are kept, below `docs/conformance`. */
export const FOLDERS = { '1.1': 'v1.1/assay', dev: 'dev/assay' } as const;

/** What the program leaves off by default. */
const everyFeature = {
  OCI_DATA_SPARSE: 'true',
  OCI_API_BLOBS_DIGEST_HEADER: 'true',
  OCI_API_BLOBS_UPLOAD_CANCEL: 'true',
  OCI_API_MANIFESTS_DIGEST_HEADER: 'true',
  OCI_API_MANIFESTS_TAG_PARAM: 'true',
};

/** The official program of OCI distribution with every feature switched on. */
export async function runConformance(target: ConformanceTarget): Promise<ConformanceResult> {
  const { host, repositories, version, person, ca, folder } = target;
  const outcome = await run('conformance', [], {
    cwd: folder,
    timeoutMs: 300_000,
    env: {
      ...everyFeature,
      OCI_REGISTRY: host,
      OCI_TLS: ca ? 'enabled' : 'disabled',
      OCI_REPO1: repositories[0],
      OCI_REPO2: repositories[1],
      OCI_VERSION: version,
      OCI_RESULTS_DIR: 'results',
      ...(ca && { SSL_CERT_FILE: ca }),
      ...(person && { OCI_USERNAME: person.name, OCI_PASSWORD: person.password }),
    },
  });
  const results = parse(await readFile(join(folder, 'results/results.yaml'), 'utf8')) as Results;
  return { outcome, counts: await countsOf(folder), shortcomings: shortcomingsOf(results) };
}

interface Results {
  readonly config: { readonly apis: object; readonly data: object };
  readonly apis: object;
  readonly data: object;
}

async function countsOf(folder: string): Promise<ConformanceResult['counts']> {
  const report = await readFile(join(folder, 'results/junit.xml'), 'utf8');
  const suite = /<testsuite [^>]*>/.exec(report)?.[0] ?? '';
  // An attribute of nought is left out.
  const count = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(suite)?.[1] ?? 0);
  return {
    tests: count('tests'),
    failures: count('failures'),
    errors: count('errors'),
    skipped: count('skipped') + count('disabled'),
  };
}

function shortcomingsOf({ config, apis, data }: Results): string[] {
  const off = leaves({ apis: config.apis, data: config.data }).filter(([, value]) => value !== true);
  const failed = leaves({ apis, data }).filter(([, value]) => value !== 'Pass');
  return [...off, ...failed].map(([name, value]) => `${name}: ${value}`);
}

function leaves(tree: object, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([name, value]) => {
    const at = path === '' ? name : `${path}.${name}`;
    return typeof value === 'object' && value !== null ? leaves(value, at) : [[at, value] as [string, unknown]];
  });
}
