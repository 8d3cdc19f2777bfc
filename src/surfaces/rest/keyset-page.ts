import { AppError } from '#kernel/errors.ts';

/**
 * One page of rows in the order of their keys. The cursor is the last key, so that rows which come or go between two pages
 * neither repeat nor hide others.
 */
export function keysetPage<T>(
  rows: readonly { readonly key: string; readonly row: T }[],
  query: { readonly after?: string | undefined; readonly limit: number },
): { items: T[]; next: string | null } {
  const after = query.after ? readCursor(query.after) : '';
  const rest = rows.filter(({ key }) => key > after).sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  const shown = rest.slice(0, query.limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ row }) => row),
    next: rest.length > shown.length && last ? Buffer.from(last.key).toString('base64url') : null,
  };
}

function readCursor(after: string): string {
  const key = Buffer.from(after, 'base64url');
  if (key.length > 0 && key.toString('base64url') === after) return key.toString();
  throw new AppError('invalid-input', 'cannot list: "after" is not the "next" of an earlier page');
}
