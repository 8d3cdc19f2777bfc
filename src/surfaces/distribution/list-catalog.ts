import { listRepositories } from '#features/registry/index.ts';
import { mayDo } from './authorization.ts';
import { nextLink, parsePageSize } from './paging.ts';
import { jsonAnswer } from './registry-answer.ts';
import type { Context, Handler } from './registry-context.ts';

const MAX_PAGE = 10_000;
/** Who may see little of much is not asked about it name by name. */
const MIN_BATCH = 1_000;

/** The repositories that the caller may see. */
export const answerCatalog: Handler<'catalog'> = async (context, { query }) => {
  const limit = parsePageSize(query, MAX_PAGE);
  const names = await collectVisible(context, query.get('last') ?? undefined, limit + 1);
  const repositories = names.slice(0, limit);
  const last = repositories.at(-1);
  const hasMore = names.length > limit && last !== undefined;
  return jsonAnswer(200, { repositories }, hasMore ? nextLink('/v2/_catalog', { n: String(limit), last }) : {});
};

async function collectVisible({ deps, caller }: Context, last: string | undefined, wanted: number): Promise<string[]> {
  const visible: string[] = [];
  const limit = Math.max(wanted, MIN_BATCH);
  let after = last;
  while (visible.length < wanted) {
    const page = await listRepositories(deps.db, { limit, ...(after !== undefined && { after }) });
    for (const name of page) {
      if (visible.length < wanted && (await mayDo(deps, caller.principal, 'see', name))) visible.push(name);
    }
    after = page.at(-1);
    if (page.length < limit) break;
  }
  return visible;
}
