import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Config } from './config.ts';
import { key32 } from './readers.ts';

/** The configured key, or the data folder's, made on the first call. Of several processes that make it, one wins. */
export function openMasterKey(config: Pick<Config, 'data' | 'masterKey'>): Buffer {
  if (config.masterKey) return config.masterKey;
  const path = join(config.data, 'master-key');
  return readKey(path) ?? makeKey(path);
}

function readKey(path: string): Buffer | undefined {
  try {
    return key32(readFileSync(path, 'utf8').trim());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new AppError('not-configured', `cannot read the master key ${path}: it is ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function makeKey(path: string): Buffer {
  const made = `${path}.${process.pid}`;
  writeFileSync(made, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flush: true });
  try {
    // A link fails where the key exists, so nobody replaces a key that another process already uses.
    linkSync(made, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made, { force: true });
  }
  return key32(readFileSync(path, 'utf8').trim());
}
