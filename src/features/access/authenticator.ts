import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Database } from '#platform/database/database.ts';
import type { Passwords } from './passwords.ts';
import { isSecret, type KnownPrincipal, TOKEN_USERNAME } from './principal.ts';
import { findPrincipalByName } from './principal-store.ts';
import type { Principals } from './principals.ts';
import { createSlowDown } from './slow-down.ts';
import { redeemToken } from './token-store.ts';

const REMEMBERED_MS = 60_000;
const REMEMBERED = 10_000;
const LONGEST_NAME = 200;
const LONGEST_PASSWORD = 1_000;

/** A Basic password may be an API token of the named principal; with the name `token` it is anybody's own. */
export type Credentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string };

export interface Authenticator {
  /**
   * Who shows these credentials, or undefined when they are wrong; `from` is the client's address.
   * Throws `too-many` while this name is slowed down from there, `unavailable` when too many sign-ins wait.
   */
  authenticate(credentials: Credentials, from: string): Promise<KnownPrincipal | undefined>;
}

export interface AuthenticatorDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly principals: Principals;
}

interface Good {
  readonly principalId: string;
  readonly version: number;
  readonly until: number;
}

/**
 * A good password is remembered for a minute under a fingerprint with a key that lives only in this process, so that
 * the many requests of one pull cost one hash; it is worth nothing once the principal changed.
 */
export function createAuthenticator({ db, clock, passwords, principals }: AuthenticatorDeps): Authenticator {
  const slowDown = createSlowDown({ clock });
  const key = randomBytes(32);
  const remembered = new Map<string, Good>();
  const turns = new Map<string, Promise<unknown>>();

  function fingerprintOf(username: string, password: string): string {
    return createHmac('sha256', key).update(`${username.length}:${username}:${password}`).digest('base64');
  }

  async function recall(fingerprint: string): Promise<KnownPrincipal | undefined> {
    const good = remembered.get(fingerprint);
    if (!good) return undefined;
    const principal = good.until > clock.now().getTime() ? await principals.find(good.principalId) : undefined;
    if (principal?.version === good.version) return principal;
    remembered.delete(fingerprint);
    return undefined;
  }

  function remember(fingerprint: string, principal: KnownPrincipal): void {
    const [oldest] = remembered.keys();
    if (remembered.size >= REMEMBERED && oldest !== undefined) remembered.delete(oldest);
    const until = clock.now().getTime() + REMEMBERED_MS;
    remembered.set(fingerprint, { principalId: principal.id, version: principal.version, until });
  }

  async function checkPassword(username: string, password: string): Promise<KnownPrincipal | undefined> {
    const stored = await findPrincipalByName(db, username);
    const isGood = await passwords.verify(password, stored?.password ?? null);
    if (!isGood || !stored || stored.disabled) return undefined;
    const { id, kind, name, grants, version } = stored;
    return { id, kind, name, grants, version };
  }

  async function checkToken(token: string): Promise<KnownPrincipal | undefined> {
    if (!isSecret(token)) return undefined;
    const used = await redeemToken(db, token, clock.now());
    return used && principals.find(used.principalId);
  }

  function refuseTooFast(username: string, from: string): void {
    const seconds = Math.ceil(slowDown.waitMs(from, username) / 1000);
    if (seconds === 0) return;
    throw new AppError(
      'too-many',
      `cannot sign in as ${username}: too many wrong passwords from this address; wait ${seconds} s`,
      { details: { retryAfterSeconds: seconds } },
    );
  }

  async function check(username: string, password: string, from: string): Promise<KnownPrincipal | undefined> {
    refuseTooFast(username, from);
    const fingerprint = fingerprintOf(username, password);
    const known = await recall(fingerprint);
    if (known) return known;
    const principal = await checkPassword(username, password);
    if (!principal) {
      slowDown.failed(from, username);
      return undefined;
    }
    slowDown.succeeded(from, username);
    remember(fingerprint, principal);
    return principal;
  }

  /** One after the other for a name from an address, so that many guesses at once are no more than many in a row. */
  function inTurn(username: string, password: string, from: string): Promise<KnownPrincipal | undefined> {
    const pair = `${from} ${username}`;
    const run = () => check(username, password, from);
    const turn = (turns.get(pair) ?? Promise.resolve()).then(run, run).finally(() => {
      if (turns.get(pair) === turn) turns.delete(pair);
    });
    turns.set(pair, turn);
    return turn;
  }

  async function basic(username: string, password: string, from: string): Promise<KnownPrincipal | undefined> {
    if (isSecret(password)) {
      const principal = await checkToken(password);
      return principal && (username === principal.name || username === TOKEN_USERNAME) ? principal : undefined;
    }
    if (username.length > LONGEST_NAME || username.includes('\0') || password.length > LONGEST_PASSWORD)
      return undefined;
    return inTurn(username, password, from);
  }

  return {
    authenticate(credentials, from) {
      if (credentials.kind === 'bearer') return checkToken(credentials.token);
      return basic(credentials.username, credentials.password, from);
    },
  };
}
