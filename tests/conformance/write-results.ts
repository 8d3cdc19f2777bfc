import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { version as productVersion } from '#kernel/version.ts';
import { type ConformanceResult, FOLDERS, runConformance } from './official-run.ts';
import { startForConformance } from './product-under-test.ts';

/** Runs the official program against the product and keeps what it writes, as the public list of conformant registries wants it. */

const docs = join(import.meta.dirname, '../../docs/conformance');
/** The public list has no place for what is not released; of that the results file alone is kept. */
const LISTED = ['results.yaml', 'report.html', 'junit.xml'];

async function keep(version: '1.1' | 'dev'): Promise<void> {
  await using product = await startForConformance();
  const result = await runConformance({ ...product.target, version });
  const folder = join(docs, FOLDERS[version]);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const files = version === 'dev' ? ['results.yaml'] : LISTED;
  for (const file of files) await cp(join(product.target.folder, 'results', file), join(folder, file));
  if (version !== 'dev') {
    await writeFile(join(folder, 'PRODUCT.yaml'), renderProduct());
    await writeFile(join(folder, 'README.md'), renderReadme(result));
  }
  process.stdout.write(`${version}: ${result.outcome.code === 0 ? 'no fault' : result.shortcomings.join(', ')}\n`);
}

function renderProduct(): string {
  const fields = {
    vendor: 'Assay',
    name: 'Assay',
    version: `v${productVersion}`,
    website_url: 'https://assay.example.com',
    documentation_url: 'https://assay.example.com/docs',
    type: 'distribution',
    description: "'An internal catalog of golden container images: judged, signed, watched, retired.'",
  };
  return `${Object.entries(fields)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n')}\n`;
}

function renderReadme({ counts }: ConformanceResult): string {
  return `# Assay

## Run the registry

Assay needs a PostgreSQL server when it serves requests and runs no jobs, and a certificate for TLS:

\`\`\`sh
ASSAY_ROLES=web \\
ASSAY_DATABASE_URL=postgresql://assay:secret@localhost/assay \\
ASSAY_TLS_CERT=tls.crt ASSAY_TLS_KEY=tls.key \\
ASSAY_ADMIN_PASSWORD=correct-horse-battery-staple \\
  npm start
\`\`\`

\`ASSAY_ROLES=web\` leaves the gate out. With it every image that the program pushes is judged and gets signed reports, and a blob
that those use is, rightly, not deleted when the program asks for it.

## Run the program

Built from \`github.com/opencontainers/distribution-spec/conformance\` at the version that \`.ci/peers.sh\` pins. Everything that it
leaves off by default is switched on:

\`\`\`sh
OCI_REGISTRY=localhost:5080 SSL_CERT_FILE=ca.crt \\
OCI_REPO1=staging/conformance/repo1 OCI_REPO2=staging/conformance/repo2 \\
OCI_USERNAME=admin OCI_PASSWORD=correct-horse-battery-staple \\
OCI_VERSION=1.1 OCI_DATA_SPARSE=true OCI_API_BLOBS_DIGEST_HEADER=true OCI_API_BLOBS_UPLOAD_CANCEL=true \\
OCI_API_MANIFESTS_DIGEST_HEADER=true OCI_API_MANIFESTS_TAG_PARAM=true \\
  conformance
\`\`\`

\`node tests/conformance/write-results.ts\` does both and writes this folder.

## Result

${counts.tests} tests: ${counts.failures} failures, ${counts.errors} errors, ${counts.skipped} skipped or disabled.
`;
}

for (const version of ['1.1', 'dev'] as const) await keep(version);
