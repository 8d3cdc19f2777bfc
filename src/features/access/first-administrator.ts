import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { audit } from './audit-store.ts';
import type { Passwords } from './passwords.ts';
import { createPrincipal, hasPrincipals } from './principal-store.ts';
import { changeRights } from './rights-store.ts';

const NAME = 'admin';
const FILE = 'admin-password';

export interface FirstAdministratorDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly dataFolder: string;
  /** A configured password; else a random one is written to `admin-password` in the data folder. */
  readonly password?: string | undefined;
}

async function writePassword(file: string, password: string): Promise<void> {
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(`${password}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(partial, file);
}

/**
 * Makes the user `admin` while there is no principal at all; later starts change nothing, a configured password included.
 * `passwordFile` is where the random password lies, while the file is there.
 */
export async function firstAdministrator(
  deps: FirstAdministratorDeps,
): Promise<{ created: boolean; name: string; passwordFile: string | null }> {
  const { db, clock, passwords, dataFolder } = deps;
  const file = join(dataFolder, FILE);
  const password = deps.password ?? randomBytes(18).toString('base64url');
  const hash = (await hasPrincipals(db)) ? null : await passwords.hash(password);
  const created = hash !== null && (await db.transaction().execute((trx) => create(trx, hash)));
  return { created, name: NAME, passwordFile: existsSync(file) ? file : null };

  async function create(trx: Database, stored: string): Promise<boolean> {
    return changeRights(trx, async () => {
      if (await hasPrincipals(trx)) return false;
      const at = clock.now();
      const grants = [{ namespace: '*', role: 'administrator' }] as const;
      await createPrincipal(trx, { kind: 'user', name: NAME, password: stored, grants, at });
      await audit(trx, { actor: { id: 'system', name: 'system' }, action: 'user.create', subject: NAME, from: '', at });
      // Before the commit: a password that was stored but never written down would lock everybody out.
      if (deps.password === undefined) await writePassword(file, password);
      return true;
    });
  }
}
