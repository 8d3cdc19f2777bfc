import { z } from 'zod';
import type { Channel } from '../channel.ts';

const Config = z.object({});

/** One structured line for each event, where the log of the process goes. */
export const log: Channel<z.infer<typeof Config>> = {
  id: 'log',
  title: 'Log',
  Config,
  async send(deps, _config, event) {
    deps.log({ event }, event.message);
  },
};
