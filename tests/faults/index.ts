import type { Fault } from './fault.ts';
import { killServer } from './kill-server.ts';

/** Every fault, in the order of the table. */
export const faults: readonly Fault[] = [killServer];
