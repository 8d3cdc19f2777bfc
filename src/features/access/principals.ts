import type { Database } from '#platform/database/database.ts';
import type { Notifications } from '#platform/database/notifications.ts';
import type { KnownPrincipal } from './principal.ts';
import { findPrincipal } from './principal-store.ts';
import { ACCESS_CHANNEL } from './rights-store.ts';

const KEPT = 10_000;

/** Principals by id, remembered only while the database's notifications of changes arrive. */
export interface Principals {
  /** Undefined when there is none, or it is disabled. */
  find(id: string): Promise<KnownPrincipal | undefined>;
  /** Called with what arrives on `ACCESS_CHANNEL`. */
  forget(id: string): void;
  /** Called when the notifications were interrupted. */
  forgetAll(): void;
}

export interface PrincipalsDeps {
  load(id: string): Promise<(KnownPrincipal & { readonly disabled: boolean }) | undefined>;
  /** True while notifications arrive; when it is false every question goes to the database. */
  isTrusted(): boolean;
}

/** At most 10,000 principals are remembered. */
export function createPrincipals({ load, isTrusted }: PrincipalsDeps): Principals {
  const known = new Map<string, KnownPrincipal>();
  let generation = 0;

  return {
    async find(id) {
      const remembered = isTrusted() ? known.get(id) : undefined;
      if (remembered) return remembered;
      const before = generation;
      const loaded = await load(id);
      if (!loaded || loaded.disabled) return undefined;
      const { kind, name, grants, version } = loaded;
      const principal = { id, kind, name, grants, version };
      // A change that was announced while this was read may not be in it.
      if (isTrusted() && before === generation) {
        if (known.size >= KEPT) known.clear();
        known.set(id, principal);
      }
      return principal;
    },
    forget(id) {
      generation += 1;
      known.delete(id);
    },
    forgetAll() {
      generation += 1;
      known.clear();
    },
  };
}

/** Principals of the database, remembered while its notifications arrive; without notifications nothing is. */
export async function openPrincipals(deps: {
  readonly db: Database;
  readonly notifications?: Pick<Notifications, 'listen' | 'isConnected'>;
}): Promise<Principals> {
  const { db, notifications } = deps;
  const principals = createPrincipals({
    load: (id) => findPrincipal(db, id),
    isTrusted: () => notifications?.isConnected() ?? false,
  });
  await notifications?.listen(ACCESS_CHANNEL, {
    onMessage: (id) => (id === '*' ? principals.forgetAll() : principals.forget(id)),
    onLost: () => principals.forgetAll(),
    onBack: () => principals.forgetAll(),
  });
  return principals;
}
