import { Worker } from 'node:worker_threads';

/** Hashes in a thread of its own. */
export interface BackgroundHash {
  /** The bytes may be changed once it is resolved. */
  update(bytes: Uint8Array): Promise<void>;
  /** The hash as hex. Ends the thread, which keeps the program alive until then. */
  end(): Promise<string>;
}

const SLOTS = 8;
const SLOT_BYTES = 512 * 1024;

/** Text instead of a file, so that a program bundled into one file needs no second one. */
const program = `
  const { createHash } = require('node:crypto');
  const { parentPort, workerData } = require('node:worker_threads');
  const { algorithm, memory, busy, slotBytes } = workerData;
  const hash = createHash(algorithm);
  const flags = new Int32Array(busy);
  parentPort.on('message', ({ slot, length }) => {
    if (slot < 0) {
      parentPort.postMessage(hash.digest('hex'));
      parentPort.close();
      return;
    }
    hash.update(new Uint8Array(memory, slot * slotBytes, length));
    Atomics.store(flags, slot, 0);
    Atomics.notify(flags, slot);
  });`;

/** The bytes go through shared memory, slot after slot; whoever writes waits for a slot to be free. */
export function startBackgroundHash(algorithm: 'sha256' | 'sha512'): BackgroundHash {
  const memory = new SharedArrayBuffer(SLOTS * SLOT_BYTES);
  const busy = new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT);
  const flags = new Int32Array(busy);
  const workerData = { algorithm, memory, busy, slotBytes: SLOT_BYTES };
  const worker = new Worker(program, { eval: true, workerData, execArgv: [] });
  const result = new Promise<string>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  result.catch(() => undefined); // whoever calls end() hears of it
  let slot = 0;
  let filled = 0;

  function flush(): void {
    if (filled === 0) return;
    Atomics.store(flags, slot, 1);
    worker.postMessage({ slot, length: filled });
    slot = (slot + 1) % SLOTS;
    filled = 0;
  }

  return {
    async update(bytes) {
      for (let at = 0; at < bytes.length; ) {
        if (filled === 0 && Atomics.load(flags, slot) === 1) {
          const free = Atomics.waitAsync(flags, slot, 1);
          if (free.async) await Promise.race([free.value, result]);
        }
        const part = bytes.subarray(at, at + SLOT_BYTES - filled);
        new Uint8Array(memory, slot * SLOT_BYTES + filled, part.length).set(part);
        filled += part.length;
        at += part.length;
        if (filled === SLOT_BYTES) flush();
      }
    },
    end() {
      flush();
      worker.postMessage({ slot: -1, length: 0 });
      return result;
    },
  };
}
