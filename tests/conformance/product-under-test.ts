import { startAssay } from '#testkit/assay.ts';
import { testDatabaseUrl } from '#testkit/database.ts';
import { BUCKET, s3Settings } from '#testkit/installation.ts';
import { startS3 } from '#testkit/s3.ts';
import { temporaryFolder } from '#testkit/temporary.ts';
import { createTestTls, trustAuthority, writeTestTls } from '#testkit/tls.ts';
import type { ConformanceTarget } from './official-run.ts';

/**
 * The product over TLS, with its web role alone: a gate that judges what the program pushes attaches reports to it, and then the
 * empty blob that the program wants to delete is in use, by the reports.
 */
export async function startForConformance(): Promise<
  { readonly target: Omit<ConformanceTarget, 'version'> } & AsyncDisposable
> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryFolder()).path;
  const tls = await createTestTls();
  const files = writeTestTls(folder, tls);
  trustAuthority(tls.ca);
  // A role alone keeps its layers where the others would reach them.
  const s3 = stack.use(await startS3());
  await s3.createBucket(BUCKET);
  const env = {
    ASSAY_ROLES: 'web',
    ASSAY_DATABASE_URL: await testDatabaseUrl(),
    ASSAY_WEB_PROCESSES: '2',
    ...s3Settings(s3, `s3://${BUCKET}/assay`),
  };
  const assay = stack.use(await startAssay({ tls: files, env }));
  const opened = stack.move();
  return {
    target: {
      host: assay.host,
      repositories: ['staging/conformance/repo1', 'staging/conformance/repo2'],
      person: assay.admin,
      ca: files.ca,
      folder,
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
