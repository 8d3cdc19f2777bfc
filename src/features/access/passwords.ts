import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { createLimit } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';

const COST = { memoryKiB: 19_456, passes: 2, parallelism: 1 } as const;
const TAG_BYTES = 32;
const HASHES_AT_ONCE = 2;
const HASHES_WAITING = 64;
/** A stored hash that asks for more than this is not computed: a planted row must not exhaust memory. */
const COST_LIMIT = { memoryKiB: 262_144, passes: 16, parallelism: 16 } as const;

interface Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** Hashes passwords with argon2id (RFC 9106), at most two at once in a process and 64 waiting. */
export interface Passwords {
  /** A PHC string with its own salt. Throws `unavailable` when too many hashes wait. */
  hash(password: string): Promise<string>;
  /** Takes the same time when `stored` is null (unknown user, no password) and then answers false. */
  verify(password: string, stored: string | null): Promise<boolean>;
}

function derive(password: string, salt: Uint8Array, cost: Cost, tagLength: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { memoryKiB: memory, passes, parallelism } = cost;
    argon2('argon2id', { message: password, nonce: salt, parallelism, tagLength, memory, passes }, (error, tag) =>
      error ? reject(error) : resolve(tag),
    );
  });
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,9}),t=(\d{1,4}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

function parseStored(stored: string): { cost: Cost; salt: Buffer; tag: Buffer } | undefined {
  const [, memory, passes, parallelism, salt = '', tag = ''] = PHC.exec(stored) ?? [];
  const cost = { memoryKiB: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const isAffordable = (Object.keys(COST_LIMIT) as (keyof Cost)[]).every((key) => cost[key] <= COST_LIMIT[key]);
  if (!salt || !isAffordable) return undefined;
  return { cost, salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64') };
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}

export function createPasswords(): Passwords {
  const limit = createLimit(HASHES_AT_ONCE);
  const decoy = { cost: COST, salt: randomBytes(16), tag: randomBytes(TAG_BYTES) };
  let pending = 0;

  async function derived(password: string, salt: Uint8Array, cost: Cost, tagLength: number): Promise<Buffer> {
    if (pending >= HASHES_AT_ONCE + HASHES_WAITING) {
      throw new AppError(
        'unavailable',
        'cannot check the password: too many sign-ins wait; try again in a few seconds',
      );
    }
    pending += 1;
    try {
      return await limit(() => derive(password, salt, cost, tagLength));
    } finally {
      pending -= 1;
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(16);
      const tag = await derived(password, salt, COST, TAG_BYTES);
      const { memoryKiB, passes, parallelism } = COST;
      return `$argon2id$v=19$m=${memoryKiB},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
    },
    async verify(password, stored) {
      const known = stored === null ? undefined : parseStored(stored);
      const { cost, salt, tag } = known ?? decoy;
      const computed = await derived(password, salt, cost, tag.length);
      return timingSafeEqual(computed, tag) && known !== undefined;
    },
  };
}
