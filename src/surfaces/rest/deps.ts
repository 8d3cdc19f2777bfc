import type { EntryDeps } from './entries.ts';
import type { EventDeps } from './events.ts';
import type { GarbageDeps } from './garbage.ts';
import type { ImageDeps } from './image-detail.ts';
import type { IntakeDeps } from './intake.ts';
import type { JobDeps } from './jobs.ts';
import type { ScrubDeps } from './scrub.ts';
import type { SessionDeps } from './session.ts';
import type { UserDeps } from './users.ts';

/** What the API as a whole stands on: what its resources need, together. */
export interface RestRouteDeps
  extends SessionDeps,
    EntryDeps,
    ImageDeps,
    IntakeDeps,
    JobDeps,
    EventDeps,
    GarbageDeps,
    ScrubDeps,
    UserDeps {}
