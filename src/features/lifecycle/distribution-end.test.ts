import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { endOfLifeOf } from './distribution-end.ts';
import { openProducts } from './products.ts';

const file = join(process.env.ASSAY_TEST_DATA ?? '', 'eol/products-full.json');
const skip = !existsSync(file) && 'ASSAY_TEST_DATA has no eol folder';
const data = skip ? undefined : openProducts(readFileSync(file));

type Case = readonly [id: string, versionId: string, name: string, subject: string, end: string | null | undefined];

const cases: readonly Case[] = [
  ['alpine', '3.20.3', 'Alpine Linux', 'Alpine Linux 3.20', '2026-04-01'],
  ['alpine', '3.24.0', 'Alpine Linux', 'Alpine Linux 3.24', '2028-06-01'],
  ['alpine', '3.25.0_alpha20260805', 'Alpine Linux', 'Alpine Linux (rolling)', null],
  ['alpine', '3.99.1', 'Alpine Linux', 'Alpine Linux 3.99.1', undefined],
  ['debian', '12', 'Debian GNU/Linux', 'Debian 12', '2026-07-11'],
  ['debian', '', 'Debian GNU/Linux', 'Debian GNU/Linux (rolling)', null],
  ['ubuntu', '24.04', 'Ubuntu', 'Ubuntu 24.04', '2029-05-31'],
  ['rhel', '9.4', 'Red Hat Enterprise Linux', 'Red Hat Enterprise Linux 9', '2032-05-31'],
  ['centos', '7', 'CentOS Linux', 'CentOS 7', '2024-06-30'],
  ['centos', '9', 'CentOS Stream', 'CentOS Stream 9', '2027-05-31'],
  ['almalinux', '8.9', 'AlmaLinux', 'AlmaLinux OS 8', '2029-05-31'],
  ['rocky', '9.3', 'Rocky Linux', 'Rocky Linux 9', '2032-05-31'],
  ['amzn', '2', 'Amazon Linux', 'Amazon Linux 2', '2026-06-30'],
  ['amzn', '2023', 'Amazon Linux', 'Amazon Linux 2023', '2029-06-30'],
  ['amzn', '2018.03', 'Amazon Linux AMI', 'Amazon Linux 2018.03', '2023-12-31'],
  ['ol', '8.9', 'Oracle Linux Server', 'Oracle Linux 8', '2029-07-31'],
  ['ol', '10.0', 'Oracle Linux Server', 'Oracle Linux 10', null],
  ['sles', '15.5', 'SLES', 'SUSE Linux Enterprise Server 15.5', '2024-12-31'],
  ['opensuse-leap', '15.6', 'openSUSE Leap', 'openSUSE 15.6', '2026-04-30'],
  ['opensuse-tumbleweed', '20261101', 'openSUSE Tumbleweed', 'openSUSE Tumbleweed (rolling)', null],
  ['fedora', '43', 'Fedora Linux', 'Fedora Linux 43', '2026-12-09'],
  ['wolfi', '20230201', 'Wolfi', 'Wolfi (rolling)', null],
  ['arch', '', 'Arch Linux', 'Arch Linux (rolling)', null],
  ['go', '1.20', 'Go', 'Go 1.20', undefined],
  ['homemade', '7', 'Homemade Linux', 'Homemade Linux 7', undefined],
  ['constructor', '7', '', 'constructor 7', undefined],
];

for (const [id, versionId, name, subject, end] of cases) {
  test(`${id} ${versionId || 'without a version'} is ${subject}: ${end === undefined ? 'unknown' : end}`, {
    skip,
  }, () => {
    const found = endOfLifeOf(data ?? assert.fail(), { id, versionId, name, like: [] });
    assert.deepEqual(found, { subject, endOfLife: end ?? null, known: end !== undefined });
  });
}
