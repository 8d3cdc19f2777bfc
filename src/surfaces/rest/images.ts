import { z } from 'zod';
import { listVerdicts } from '#features/gates/index.ts';
import { history } from '#features/lifecycle/index.ts';
import { page } from '#model/api-common.ts';
import { FindingPage, HistoryPage, ImageDetail, LayerRow, PackagePage } from '#model/api-images.ts';
import { Severity } from '#model/severity.ts';
import { Verdict } from '#model/verdict.ts';
import { briefMemory } from './brief-memory.ts';
import { findingRows } from './finding-rows.ts';
import { type ImageDeps, imageDetail } from './image-detail.ts';
import { keysetPage } from './keyset-page.ts';
import { layerRows } from './layer-rows.ts';
import { packageRows } from './package-rows.ts';
import { type Caller, type Route, route } from './route.ts';
import { acceptancesOf, type ScannedRow, scannedRows } from './scanned-rows.ts';
import { getVisibleImage, judgedIn, type VisibleImage } from './visible-image.ts';

const Digest = z.object({ digest: z.string() });
/** `platform` is its name, such as `linux/arm64`, or its digest. */
const PlatformQuery = z.object({ platform: z.string().optional() });
const ListQuery = PlatformQuery.extend({
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(50),
});

const MAX_VERDICTS = 100;
const MEMORY = { keepMs: 20_000, atMost: 8 };

async function verdictsOf({ db }: ImageDeps, { digest, repositories }: VisibleImage) {
  const known = new Set(judgedIn(repositories));
  const items = await listVerdicts(db, digest, MAX_VERDICTS);
  return { items: items.filter(({ repository }) => known.has(repository)) };
}

async function historyOf(
  { db }: ImageDeps,
  { digest, repositories }: VisibleImage,
  query: { after?: string | undefined; limit: number },
): Promise<HistoryPage> {
  const { items, next } = await history(db, digest, { limit: query.limit, after: query.after || undefined });
  // What holds everywhere, such as a quarantine, names no repository.
  return { items: items.filter(({ repository }) => repository === '' || repositories.includes(repository)), next };
}

/** What is known of an image: by its digest, an index's or a platform's. */
export function imageRoutes(deps: ImageDeps): Route[] {
  const find = (caller: Caller, digest: string) => getVisibleImage(deps.db, caller, digest);
  const remembered = briefMemory<ScannedRow[]>(deps.clock, MEMORY);
  const scannedOf = (image: VisibleImage, { platform, after }: z.output<typeof ListQuery>) =>
    remembered(`${image.digest} ${platform ?? ''}`, !after, () => scannedRows(deps, image, platform));
  return [
    route({
      method: 'GET',
      path: '/images/{digest}',
      summary: 'One image: platforms, states, verdict, posture, support window, malware and signed reports',
      permission: 'image.read',
      params: Digest,
      query: PlatformQuery,
      result: ImageDetail,
      handle: async ({ params, query }, caller) => imageDetail(deps, await find(caller, params.digest), query.platform),
    }),
    route({
      method: 'GET',
      path: '/images/{digest}/findings',
      summary: 'Its findings, worst first; the same one on several platforms is one row',
      permission: 'image.read',
      params: Digest,
      query: ListQuery.extend({ severity: Severity.optional() }),
      result: FindingPage,
      handle: async ({ params, query }, caller) => {
        const image = await find(caller, params.digest);
        const [scanned, acceptances] = await Promise.all([scannedOf(image, query), acceptancesOf(deps, image)]);
        const rows = findingRows(scanned, acceptances);
        const { severity } = query;
        return keysetPage(severity ? rows.filter(({ row }) => row.severity === severity) : rows, query);
      },
    }),
    route({
      method: 'GET',
      path: '/images/{digest}/packages',
      summary: 'Its packages by name; `q` narrows by words',
      permission: 'image.read',
      params: Digest,
      query: ListQuery.extend({ q: z.string().max(200).optional() }),
      result: PackagePage,
      handle: async ({ params, query }, caller) => {
        const scanned = await scannedOf(await find(caller, params.digest), query);
        return keysetPage(packageRows(scanned, query.q), query);
      },
    }),
    route({
      method: 'GET',
      path: '/images/{digest}/layers',
      summary: 'The layers of one platform, lowest first, with what each brings',
      permission: 'image.read',
      params: Digest,
      query: PlatformQuery,
      result: page(LayerRow),
      handle: async ({ params, query }, caller) => ({
        items: await layerRows(deps, await find(caller, params.digest), query.platform),
        next: null,
      }),
    }),
    route({
      method: 'GET',
      path: '/images/{digest}/history',
      summary: 'What happened to it, newest first',
      permission: 'image.read',
      params: Digest,
      query: ListQuery.omit({ platform: true }),
      result: HistoryPage,
      handle: async ({ params, query }, caller) => historyOf(deps, await find(caller, params.digest), query),
    }),
    route({
      method: 'GET',
      path: '/images/{digest}/verdicts',
      summary: 'Every verdict on it, newest first',
      permission: 'image.read',
      params: Digest,
      result: z.object({ items: z.array(z.object({ repository: z.string(), verdict: Verdict })) }),
      handle: async ({ params }, caller) => verdictsOf(deps, await find(caller, params.digest)),
    }),
  ];
}
