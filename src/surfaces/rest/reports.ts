import { z } from 'zod';
import { type BlobDeps, openBlob } from '#features/registry/index.ts';
import { findReport, reportFormats, type StoredReport } from '#features/reports/index.ts';
import { parseDigest } from '#kernel/digest.ts';
import { AppError } from '#kernel/errors.ts';
import { type Caller, type Route, route } from './route.ts';
import { readableRepositories } from './visible-image.ts';

async function getReport({ db }: BlobDeps, caller: Caller, text: string): Promise<StoredReport> {
  const digest = parseDigest(text);
  const report = await findReport(db, digest);
  const repositories = report ? await readableRepositories(db, caller, report.imageDigest) : [];
  if (report && repositories.length > 0) return report;
  throw new AppError('not-found', `cannot find report ${digest}: there is none of this digest that you may see`);
}

/** A report's own bytes; signed is its manifest, which names them by digest. */
export function reportRoutes(deps: BlobDeps): Route[] {
  return [
    route({
      method: 'GET',
      path: '/reports/{digest}',
      summary: 'The bytes of a report, by the digest of its manifest',
      permission: 'image.read',
      params: z.object({ digest: z.string() }),
      sends: reportFormats.map(({ mediaType }) => mediaType),
      handle: async ({ params }, caller, reply) => {
        const report = await getReport(deps, caller, params.digest);
        const stream = await openBlob(deps, report.contentDigest);
        const format = reportFormats.find(({ id }) => id === report.format);
        reply.header('content-length', report.contentSize);
        reply.header('content-disposition', `attachment; filename="${report.kind}-${report.format}.json"`);
        reply.header('x-content-type-options', 'nosniff');
        reply.header('cache-control', 'private, max-age=31536000, immutable');
        reply.type(format?.mediaType ?? report.artifactType);
        return reply.send(stream);
      },
    }),
  ];
}
