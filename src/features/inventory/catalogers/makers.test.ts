import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makerOf } from './makers.ts';

const debian = { id: 'debian', versionId: '12', name: 'Debian', like: [] };

test('packages of other makers are known by who looks after them, or by their version', () => {
  const rows: [text: string, version: string, maker: string | undefined][] = [
    ['Docker <support@docker.com>', '5:27.0.3-1~debian.12~bookworm', 'Docker'],
    ['NVIDIA CORPORATION <cudatools@nvidia.com>', '12.4.1-1', 'NVIDIA'],
    ['cudatools <cudatools@nvidia.com>', '12.4.1-1', 'NVIDIA'],
    ['HashiCorp <support@hashicorp.com>', '1.9.0-1', 'HashiCorp'],
    ['Microsoft Corporation', '1', 'Microsoft'],
    ['Ivan Iguaran <ivan@nodesource.com>', '20.11.0-1nodesource1', 'NodeSource'],
    ['NGINX Packaging <nginx-packaging@f5.com>', '1.25.3-1~bookworm', 'NGINX'],
    ['Sergey Budnevitch <sb@nginx.com>', '1.19.0-1~buster', 'NGINX'],
    ['MongoDB Packaging <packaging@mongodb.com>', '7.0.5', 'MongoDB'],
    ['Google LLC', '1', 'Google'],
    [
      'Debian PostgreSQL Maintainers <x@lists.alioth.debian.org>',
      '16.1-1.pgdg120+1',
      'PostgreSQL Global Development Group',
    ],
    ['Debian PHP Maintainers <x@tracker.debian.org>', '8.3.2-1+0~20240120.16+debian12~1.gbp43448e', undefined],
    ['Debian PHP Maintainers <x@tracker.debian.org>', '8.3.2-1+ubuntu22.04.1+deb.sury.org+1', 'deb.sury.org'],
    ['Debian NVIDIA Maintainers <pkg-nvidia-devel@lists.alioth.debian.org>', '525.147-1', undefined],
    ['Debian Nginx Maintainers <x@alioth-lists.debian.net>', '1.22.1-9', undefined],
    ['Ubuntu Developers <ubuntu-devel-discuss@lists.ubuntu.com>', '1', undefined],
    ['Matthias Klose <doko@debian.org>', '1', undefined],
    ['Somebody <somebody@example.org>', '1', undefined],
    ['Red Hat, Inc.', '1', undefined],
    ['Fedora Project', '1', undefined],
    ['', '1', undefined],
  ];
  for (const [text, version, maker] of rows) assert.equal(makerOf(text, version, debian), maker, `${text} ${version}`);
});

test("a maker's own distribution is its own", () => {
  assert.equal(makerOf('Microsoft Corporation', '1', { ...debian, id: 'azurelinux' }), undefined);
  assert.equal(makerOf('Microsoft Corporation', '1', null), 'Microsoft');
});
