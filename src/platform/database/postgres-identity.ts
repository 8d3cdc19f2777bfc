import { spawnSync } from 'node:child_process';
import { lchownSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { AppError } from '#kernel/errors.ts';

/** How a PostgreSQL program is started: `cwd` becomes the working folder before privileges are dropped. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: { readonly uid?: number; readonly gid?: number };
}

/**
 * Who PostgreSQL runs as. PostgreSQL refuses root, so for root it is a user namespace, or else a fixed uid.
 * An indirect identity may be unable to walk to its folder: it gets the folder as its working folder instead.
 */
export interface Identity {
  readonly kind: 'self' | 'namespace' | 'uid';
  /** The owner that its files have, seen from outside. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  invoke(program: string, args: readonly string[]): Invocation;
  /** As `invoke`, for `initdb`, which insists on a user with a name. */
  invokeNamed(program: string, args: readonly string[]): Invocation;
  readonly nameOwner: { readonly uid: number; readonly gid: number } | undefined;
}

/** Below every dynamic range, and nobody's. */
const SERVER_UID = 60_070;

export function chooseIdentity(): Identity {
  if (process.getuid?.() !== 0) return hasName() ? sameUser : sameUserNamed();
  const named = namedUser();
  const namespace = namespaceOf(named.uid);
  return canRun(namespace.invoke('true', [])) ? namespace : otherUser(named);
}

export function canRun({ command, args, options }: Invocation, cwd?: string): boolean {
  return (
    spawnSync(command, args, {
      ...options,
      cwd,
      stdio: 'ignore',
      timeout: 10_000,
    }).status === 0
  );
}

/** Gives the folder and everything in it to the owner. Links are not followed. */
export function giveTo(owner: Identity['owner'], folder: string): void {
  if (!owner || lstatSync(folder).uid === owner.uid) return;
  // The folder itself comes last, so that an interruption is noticed by the next start.
  for (const entry of readdirSync(folder, {
    recursive: true,
    encoding: 'utf8',
  })) {
    lchownSync(join(folder, entry), owner.uid, owner.gid);
  }
  lchownSync(folder, owner.uid, owner.gid);
}

const sameUser: Identity = {
  kind: 'self',
  owner: undefined,
  nameOwner: undefined,
  invoke: (command, args) => ({ command, args, options: {} }),
  invokeNamed: (command, args) => ({ command, args, options: {} }),
};

function hasName(): boolean {
  try {
    userInfo();
    return true;
  } catch {
    // A container may run as a uid that its /etc/passwd does not know.
    return false;
  }
}

/** A namespace lends its name to a user without one, where namespaces are allowed. */
function sameUserNamed(): Identity {
  const namespace = namespaceOf(namedUser().uid);
  if (!canRun(namespace.invoke('true', []))) return sameUser;
  return { ...sameUser, invokeNamed: namespace.invokeNamed };
}

function namespaceOf(uid: number): Identity {
  const invoke: Identity['invoke'] = (program, args) => ({
    command: 'unshare',
    args: ['--user', `--map-user=${uid}`, `--map-group=${uid}`, '--', program, ...args],
    options: {},
  });
  const owner = { uid: 0, gid: process.getgid?.() ?? 0 };
  return {
    kind: 'namespace',
    owner,
    nameOwner: owner,
    invoke,
    invokeNamed: invoke,
  };
}

function otherUser(named: { uid: number; gid: number }): Identity {
  const owner = { uid: SERVER_UID, gid: SERVER_UID };
  return {
    kind: 'uid',
    owner,
    nameOwner: named,
    invoke: (command, args) => ({ command, args, options: owner }),
    invokeNamed: (command, args) => ({ command, args, options: named }),
  };
}

/** A user of this machine other than root; `nobody` before all others. */
function namedUser(): { uid: number; gid: number } {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .map(([name, , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter((user) => user.uid > 0 && user.gid > 0);
  const user = users.find(({ name }) => name === 'nobody') ?? users[0];
  if (user) return user;
  throw new AppError(
    'not-configured',
    'cannot start the embedded PostgreSQL: this machine has no ordinary user in /etc/passwd; ' +
      'start Assay as one, or set ASSAY_DATABASE_URL',
  );
}
