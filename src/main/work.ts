import { availableParallelism } from 'node:os';
import { isReady, listSources, registerSource } from '#features/advisories/index.ts';
import { findEndOfLifeSource } from '#features/lifecycle/index.ts';
import { startMalwareScanner } from '#features/malware/index.ts';
import {
  EVENTS_CHANNEL,
  logEndpoint,
  publish,
  registerEndpoint,
  webhookEndpoint,
} from '#features/notifications/index.ts';
import { announceTrust, describeTrust, type SigningKey } from '#features/signing/index.ts';
import { messageOf } from '#kernel/errors.ts';
import { findFact, settleFact } from '#platform/database/fact-store.ts';
import { openNotifications } from '#platform/database/notifications.ts';
import { createHttpClient } from '#platform/network/http-client.ts';
import { concurrencyFor, type JobChange, startWorkers } from '#platform/queue/workers.ts';
import { applyMalwareSignatures } from '#workflows/apply-malware-signatures.ts';
import { sampleFolder, writeSampleData } from '#workflows/load-samples.ts';
import { refreshLifecycle } from '#workflows/refresh-lifecycle.ts';
import type { Parts } from '../assay.ts';
import { garbageSettings } from './garbage-settings.ts';
import { jobDefinitions } from './jobs.ts';
import { scrubSettings } from './scrub-settings.ts';
import { type FactSources, factSources } from './sources.ts';

/** Jobs have nine of the ten seconds that the supervisor gives. */
const JOB_PATIENCE_MS = 9_000;
/** Events that come together are sent together. */
const DELIVERY_PAUSE_MS = 500;
/** Samples are taken in once in the life of a database, whichever machine does it. */
const SAMPLES_FACT = 'samples';
/** Jobs whose steps people watch; sweeps would drown them. */
const WATCHED = ['admit-image', 'decide', 'refresh-advisories', 'load-samples', 'review-lifecycle'];

/** First imports begin at once; what is judged before they are done would be judged without facts. */
async function beginFirstImports(
  parts: Parts,
  facts: FactSources,
  http: ReturnType<typeof createHttpClient>,
): Promise<void> {
  const { db, clock, queue, blobs, options } = parts;
  for (const source of facts.advisories) await registerSource(db, source);
  const endOfLife = await findEndOfLifeSource(db);
  if (facts.endOfLife !== null && endOfLife?.location !== facts.endOfLife) {
    const work = { db, clock, queue, blobs, http, endOfLife: facts.endOfLife };
    await refreshLifecycle(work).catch((error: unknown) => {
      options.log.error({ err: error }, `the end-of-life data could not be read: ${messageOf(error)}`);
    });
  }
  const sources = await listSources(db, clock.now());
  const isFirst = !(await isReady(db)) || sources.length === 0;
  const delayed = isFirst ? {} : { startAfter: new Date(clock.now().getTime() + 30_000) };
  await queue.send(db, {
    name: 'refresh-advisories',
    queueClass: 'maintenance',
    input: {},
    key: 'refresh at start',
    ...delayed,
  });
}

/** Events go out when they happen; the schedule is for repetitions. */
async function deliverAtOnce({ db, queue, options }: Parts, owned: AsyncDisposableStack): Promise<void> {
  const notifications = owned.use(await openNotifications({ url: options.databaseUrl, applicationName: 'assay work' }));
  let timer: NodeJS.Timeout | undefined;
  const send = () => {
    timer = undefined;
    queue
      .send(db, { name: 'deliver-events', queueClass: 'notify', input: {}, key: 'deliver' })
      .catch((error: unknown) => {
        options.log.warn({ err: error }, 'events wait for the schedule');
      });
  };
  const onMessage = () => {
    timer ??= setTimeout(send, DELIVERY_PAUSE_MS);
  };
  owned.defer(() => clearTimeout(timer));
  await notifications.listen(EVENTS_CHANNEL, { onMessage });
}

/** Starts what runs jobs: the malware engines, the workers, the first imports and, on the first start, the samples. */
export async function startWork(parts: Parts, key: SigningKey): Promise<AsyncDisposable> {
  const { config, options, db, blobs, queue, clock } = parts;
  const owned = new AsyncDisposableStack();
  try {
    const http = createHttpClient({ allowPrivate: config.allowPrivateNetwork });
    const malware = owned.use(
      await startMalwareScanner({ hashLists: config.malwareHashes, ruleFiles: config.yaraRules }),
    );
    const facts = factSources(config);
    const wantsSamples = config.samples;
    if (wantsSamples) await writeSampleData(sampleFolder(config.data), clock.now());
    await announceTrust(db, describeTrust(key), clock.now());
    for (const warning of key.warnings) options.log.warn(warning);
    const endpoints = [logEndpoint(), ...config.webhooks.map(webhookEndpoint)];
    for (const endpoint of endpoints) await registerEndpoint(db, endpoint.id);
    const work = {
      ...{ db, blobs, queue, clock, key, malware },
      maxLayerBytes: config.maxLayerBytes,
      reportValidDays: config.reportValidDays,
      deprecateDays: config.deprecateDays,
      retireGraceDays: config.retireGraceDays,
      garbage: garbageSettings(parts),
      scrub: scrubSettings(parts, http),
    };
    const samplesLoaded = () => settleFact(db, SAMPLES_FACT, 'loaded');
    await beginFirstImports(parts, facts, http);
    await applyMalwareSignatures(work);
    if (wantsSamples && !(await findFact(db, SAMPLES_FACT))) {
      await queue.send(db, { name: 'load-samples', queueClass: 'interactive', input: {}, key: 'samples' });
    }
    const onChange = async ({ jobId, name, subject, state, step }: JobChange) => {
      if (!WATCHED.includes(name)) return;
      const message = `${name} ${subject}: ${step || state}`;
      await publish(db, {
        type: 'job.changed',
        at: clock.now(),
        actor: 'assay',
        message,
        data: { jobId, name, subject, state, step },
      });
    };
    const workers = await startWorkers({
      ...options,
      db,
      queue,
      onChange,
      definitions: jobDefinitions({ config, work, facts, http, log: options.log, endpoints, samplesLoaded }),
      concurrency: concurrencyFor(availableParallelism()),
    });
    owned.defer(() => workers.stop(JOB_PATIENCE_MS));
    await deliverAtOnce(parts, owned);
    return owned;
  } catch (error) {
    await owned.disposeAsync();
    throw error;
  }
}
