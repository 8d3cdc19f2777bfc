import { findRepositoryId, listTags } from '#features/registry/index.ts';
import { AppError } from '#kernel/errors.ts';
import { nextLink, parsePageSize } from './paging.ts';
import { jsonAnswer } from './registry-answer.ts';
import type { Handler } from './registry-context.ts';

/** In the order of the bytes, so that a page follows `last` whatever was pushed in between. */
export const answerTags: Handler<'list-tags'> = async ({ deps, limits }, { repository, query }) => {
  const limit = parsePageSize(query, limits.tagsPerPage);
  const after = query.get('last');
  const tags = await listTags(deps.db, repository, { limit: limit + 1, ...(after !== null && { after }) });
  if (tags.length === 0 && (await findRepositoryId(deps.db, repository)) === undefined) {
    throw new AppError('NAME_UNKNOWN', `cannot find repository ${repository}: nothing was pushed to it`);
  }
  const names = tags.slice(0, limit).map((tag) => tag.name);
  const last = names.at(-1);
  const hasMore = tags.length > limit && last !== undefined;
  const headers = hasMore ? nextLink(`/v2/${repository}/tags/list`, { n: String(limit), last }) : {};
  return jsonAnswer(200, { name: repository, tags: names }, headers);
};
