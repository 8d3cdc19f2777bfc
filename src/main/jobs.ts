import { z } from 'zod';
import { deliverDue, type Endpoint } from '#features/notifications/index.ts';
import type { Digest } from '#kernel/digest.ts';
import { EVERYWHERE } from '#model/namespace-rules.ts';
import type { Config } from '#platform/config/config.ts';
import type { HttpClient } from '#platform/network/http-client.ts';
import type { JobDefinition } from '#platform/queue/queue.ts';
import type { Logger } from '#platform/telemetry/logger.ts';
import { admissionFailed, admitImage } from '#workflows/admit-image.ts';
import { applyRetention } from '#workflows/apply-retention.ts';
import { collectGarbage, describeCollected, type GarbageWork } from '#workflows/collect-garbage.ts';
import { decisionJob } from '#workflows/decision-jobs.ts';
import { followChanges } from '#workflows/follow-changes.ts';
import { keepHouse } from '#workflows/keep-house.ts';
import { loadSamples } from '#workflows/load-samples.ts';
import { refreshAdvisories } from '#workflows/refresh-advisories.ts';
import { refreshLifecycle } from '#workflows/refresh-lifecycle.ts';
import { type ReportWork, reportImage } from '#workflows/report-image.ts';
import { type ReviewWork, reviewLifecycle } from '#workflows/review-lifecycle.ts';
import { scanImages } from '#workflows/scan-images.ts';
import { scrubBlobs } from '#workflows/scrub-blobs.ts';
import type { ScrubWork } from '#workflows/scrub-range.ts';
import type { FactSources } from './sources.ts';

export interface JobsDeps {
  readonly config: Config;
  readonly work: ReportWork & ReviewWork & GarbageWork & ScrubWork;
  readonly facts: FactSources;
  readonly http: HttpClient;
  readonly log: Logger;
  readonly endpoints: readonly Endpoint[];
  /** Called when the samples are in. */
  samplesLoaded(): Promise<unknown>;
}

const Intake = z.object({ intakeId: z.string() });
const Retention = z.object({ place: z.string().default(EVERYWHERE), by: z.string().default('assay') });
const Image = z.object({ digest: z.custom<Digest>((value) => typeof value === 'string') });

function scheduled(cron: string | undefined, title: string): Pick<JobDefinition, 'schedule'> {
  return cron === undefined ? {} : { schedule: { cron, title } };
}

/** Every workflow as a job: its queue's class, how often it is repeated, and when it runs by itself. */
export function jobDefinitions(deps: JobsDeps): JobDefinition[] {
  const { config, work, facts, http, log, endpoints } = deps;
  return [
    {
      name: 'admit-image',
      queueClass: 'push',
      retries: 3,
      run: (input, { step }) => admitImage(work, Intake.parse(input).intakeId, step),
      onFailed: (input, error) => admissionFailed(work, Intake.parse(input).intakeId, error),
    },
    decisionJob(work),
    {
      name: 'follow-changes',
      queueClass: 'sweep',
      retries: 5,
      run: (_, { signal }) => followChanges(work, signal),
    },
    {
      name: 'report-image',
      queueClass: 'sign',
      retries: 5,
      run: (input, { step }) => reportImage(work, Image.parse(input).digest, step),
    },
    {
      name: 'scan-images',
      queueClass: 'maintenance',
      retries: 1,
      ...scheduled(config.scanSchedule, 'Scan every image again'),
      run: () => scanImages(work),
    },
    {
      name: 'refresh-advisories',
      queueClass: 'maintenance',
      retries: 1,
      ...scheduled(config.advisorySchedule, 'Fetch changed advisories'),
      run: (_, { signal, step }) =>
        refreshAdvisories(
          {
            ...work,
            http,
            importer: { http },
            sources: facts.advisories,
            knownExploited: facts.knownExploited,
          },
          signal,
          step,
        ),
    },
    {
      name: 'refresh-lifecycle',
      queueClass: 'maintenance',
      retries: 1,
      schedule: { cron: '43 4 * * *', title: 'Fetch end-of-life data' },
      run: () => refreshLifecycle({ ...work, http, endOfLife: facts.endOfLife }),
    },
    {
      name: 'review-lifecycle',
      queueClass: 'maintenance',
      retries: 1,
      ...scheduled(config.lifecycleSchedule, 'Deprecate and retire what comes to its end'),
      run: (_, { signal, step }) => reviewLifecycle(work, signal, step),
    },
    {
      name: 'deliver-events',
      queueClass: 'notify',
      retries: 0,
      schedule: { cron: '* * * * *', title: 'Send events to webhooks' },
      run: async (_, { signal }) => {
        const write = (fields: Readonly<Record<string, unknown>>, message: string) => log.info(fields, message);
        const { sent, failed } = await deliverDue({
          db: work.db,
          clock: work.clock,
          http,
          log: write,
          endpoints,
          signal,
        });
        return `${sent} sent, ${failed} failed`;
      },
    },
    {
      name: 'keep-house',
      queueClass: 'maintenance',
      retries: 0,
      schedule: { cron: '23 3 * * *', title: 'Remove old events, abandoned uploads and outdated verdicts' },
      run: () => keepHouse(work, config),
    },
    {
      name: 'collect-garbage',
      queueClass: 'maintenance',
      retries: 1,
      ...scheduled(config.garbageSchedule, 'Remove what no image needs any more'),
      run: async (_, { signal, step }) => describeCollected(await collectGarbage(work, signal, step)),
    },
    {
      name: 'apply-retention',
      queueClass: 'maintenance',
      retries: 1,
      schedule: { cron: '11 2 * * *', title: 'Remove what no retention rule keeps, and deletions whose time is over' },
      run: (input, { signal, step }) => applyRetention(work, Retention.parse(input ?? {}), signal, step),
    },
    {
      name: 'scrub-blobs',
      queueClass: 'maintenance',
      retries: 3,
      ...scheduled(config.scrubSchedule, 'Compare stored bytes with their digests'),
      run: (_, { signal, step }) => scrubBlobs(work, signal, step),
    },
    {
      name: 'load-samples',
      queueClass: 'interactive',
      retries: 3,
      run: async (_, { signal, step }) => {
        const result = await loadSamples(work, signal, step);
        await deps.samplesLoaded();
        return result;
      },
    },
  ];
}
