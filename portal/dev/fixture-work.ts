import { permissions, type Role, rolePermissions } from '#model/access.ts';
import type { Me, TokenRow, UserRow } from '#model/api-access.ts';
import type { AdvisoryDetail, AdvisorySourceRow, AuditRow, JobRow, ScheduleRow } from '#model/api-work.ts';
import { dayFrom, digestOf, hoursFrom } from './fixture-parts.ts';

export function meOf(role: Role | 'nobody'): Me {
  return {
    name: role === 'administrator' ? 'admin' : role,
    kind: role === 'nobody' ? 'workload' : 'user',
    anonymous: role === 'nobody',
    grants: role === 'nobody' ? [] : [{ namespace: '*', role }],
    permissions:
      role === 'nobody'
        ? ['image.read', 'image.pull']
        : Object.keys(permissions).filter((name) => rolePermissions[role].some((own) => own === name)),
    registryHost: 'assay.example',
    developmentKey: true,
    version: '0.1.0',
  };
}

export function jobRows(now: Date): JobRow[] {
  const job = (
    id: string,
    name: string,
    kind: string,
    state: JobRow['state'],
    subject: string,
    more: Partial<JobRow> = {},
  ): JobRow => ({
    id,
    name,
    class: kind,
    state,
    subject,
    step: '',
    createdAt: hoursFrom(now, -0.1),
    startedAt: null,
    finishedAt: null,
    error: null,
    ...more,
  });
  return [
    job('j1', 'admit-image', 'push', 'running', 'staging/node:24-trixie', {
      step: 'Reading layers, 3 of 6',
      startedAt: hoursFrom(now, -0.01),
    }),
    job('j2', 'follow-changes', 'sweep', 'queued', 'golden/python:3.13-trixie-slim'),
    job('j3', 'deliver-events', 'notify', 'retrying', 'https://hooks.example/assay', {
      startedAt: hoursFrom(now, -0.2),
      error: 'cannot deliver event 812: hooks.example answered 502',
    }),
    job('j4', 'refresh-advisories', 'maintenance', 'failed', 'Debian', {
      startedAt: hoursFrom(now, -1),
      finishedAt: hoursFrom(now, -0.99),
      error: 'cannot read Debian/all.zip: the connection was reset',
    }),
    job('j5', 'sign-report', 'sign', 'done', 'golden/java:21-jre-almalinux9', {
      startedAt: hoursFrom(now, -2),
      finishedAt: hoursFrom(now, -1.9998),
    }),
  ];
}

export function scheduleRows(now: Date): ScheduleRow[] {
  return [
    {
      name: 'refresh-advisories',
      title: 'Refresh advisories',
      cron: '*/30 * * * *',
      lastStartedAt: hoursFrom(now, -0.4),
      lastFinishedAt: hoursFrom(now, -0.39),
      lastResult: '3 of 7 sources changed, 12 images touched',
      lastDurationMs: 8400,
      nextAt: hoursFrom(now, 0.1),
    },
    {
      name: 'review-lifecycle',
      title: 'Review lifecycle',
      cron: '0 5 * * *',
      lastStartedAt: hoursFrom(now, -10),
      lastFinishedAt: hoursFrom(now, -10),
      lastResult: '1 deprecated, 0 retired',
      lastDurationMs: 420,
      nextAt: hoursFrom(now, 14),
    },
    {
      name: 'scan-all',
      title: 'Scan every image',
      cron: '0 */6 * * *',
      lastStartedAt: null,
      lastFinishedAt: null,
      lastResult: null,
      lastDurationMs: null,
      nextAt: hoursFrom(now, 4),
    },
  ];
}

export function sourceRows(now: Date): AdvisorySourceRow[] {
  const source = (
    id: string,
    advisories: number,
    state: AdvisorySourceRow['state'],
    hours: number | null,
    lastError: string | null = null,
  ): AdvisorySourceRow => ({
    id,
    location: `https://advisories.example/${id}/all.zip`,
    advisories,
    state,
    lastError,
    refreshedAt: hours === null ? null : hoursFrom(now, hours),
    changedAt: hours === null ? null : hoursFrom(now, hours - 3),
  });
  return [
    source('Alpine', 3812, 'good', -0.4),
    source('Debian', 51240, 'failed', -31, 'cannot read Debian/all.zip: the connection was reset'),
    source('npm', 21044, 'good', -0.4),
    source('AlmaLinux', 4102, 'stale', -60),
    source('Maven', 0, 'importing', null),
  ];
}

export function advisoryDetail(now: Date, id: string): AdvisoryDetail {
  return {
    id,
    aliases: ['GHSA-7x2c-9qpm-31xv', 'DSA-6121-1'],
    summary: 'libxml2: heap overflow while parsing entity declarations',
    details:
      'A crafted document can run code in the process that reads it.\n\nUpgrade libxml2 to 2.12.7+dfsg-3+deb13u2 or newer.',
    severity: 'critical',
    score: 9.8,
    published: hoursFrom(now, -8),
    modified: hoursFrom(now, -2),
    knownExploitedSince: dayFrom(now, 0),
    images: [
      {
        digest: digestOf('golden/node:24-trixie'),
        repository: 'golden/node',
        tags: ['24-trixie'],
        package: 'libxml2 2.12.7+dfsg-3',
      },
      {
        digest: digestOf('golden/php-fpm:8.2-bookworm'),
        repository: 'golden/php-fpm',
        tags: ['8.2-bookworm'],
        package: 'libxml2 2.9.14+dfsg-1.3',
      },
    ],
  };
}

export function tokenRows(now: Date): TokenRow[] {
  return [
    { id: 't1', name: 'laptop', createdAt: hoursFrom(now, -900), expiresAt: null, lastUsedAt: hoursFrom(now, -3) },
    { id: 't2', name: 'ci', createdAt: hoursFrom(now, -90), expiresAt: dayFrom(now, 80), lastUsedAt: null },
  ];
}

export function userRows(now: Date): UserRow[] {
  return [
    {
      id: 'u1',
      kind: 'user',
      name: 'admin',
      externalId: null,
      disabled: false,
      grants: [{ namespace: '*', role: 'administrator' }],
      createdAt: hoursFrom(now, -2000),
    },
    {
      id: 'u2',
      kind: 'robot',
      name: 'ci-maps',
      externalId: null,
      disabled: false,
      grants: [{ namespace: 'staging', role: 'publisher' }],
      createdAt: hoursFrom(now, -900),
    },
    {
      id: 'u3',
      kind: 'user',
      name: 'former',
      externalId: 'ldap:former',
      disabled: true,
      grants: [],
      createdAt: hoursFrom(now, -1900),
    },
  ];
}

export function auditRows(now: Date): AuditRow[] {
  return [
    {
      id: 3,
      at: hoursFrom(now, -1),
      actor: 'admin',
      action: 'intake.approve',
      subject: 'staging/geo-tiles:5.1.0',
      from: '10.2.0.14',
      data: { reason: 'signed releases start with 5.3' },
    },
    {
      id: 2,
      at: hoursFrom(now, -5),
      actor: 'admin',
      action: 'session.create',
      subject: 'admin',
      from: '10.2.0.14',
      data: {},
    },
    {
      id: 1,
      at: hoursFrom(now, -80),
      actor: 'assay',
      action: 'image.retire',
      subject: 'golden/node:20-bookworm-slim',
      from: 'local',
      data: {},
    },
  ];
}
