import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReportInput, findingOf, packageOf } from '#testkit/report-input.ts';
import { sarifValidator } from '#testkit/schemas.ts';
import type { ReportInput } from '../report.ts';
import { sarif } from './sarif.ts';

const validate = sarifValidator();
const skip = validate ? false : 'needs the development package with the SARIF schema';

function render(input: ReportInput) {
  return JSON.parse(Buffer.from(sarif.render(input)).toString());
}

const input = createReportInput();
const log = render(input);
const [run] = log.runs;

test('the report is valid by the official schema, full or empty', { skip }, () => {
  assert.deepEqual(validate?.(log), []);
  assert.deepEqual(validate?.(render({ ...input, platforms: [] })), []);
});

test('Ratify finds what it looks for: one run of Assay, each result with a rule, each rule with its severity', () => {
  assert.equal(log.version, '2.1.0');
  assert.equal(log.runs.length, 1);
  assert.equal(run.tool.driver.name, 'Assay');
  const rules = new Map<string, { help: { text: string } }>(
    run.tool.driver.rules.map((rule: { id: string; help: { text: string } }) => [rule.id, rule]),
  );
  for (const { ruleId, ruleIndex } of run.results) {
    assert.match(rules.get(ruleId)?.help.text ?? '', /Severity:\s*(\w+)/);
    assert.equal(run.tool.driver.rules[ruleIndex].id, ruleId);
  }
});

test('rules are bare CVEs; an advisory of several CVEs is there under each, one without keeps its own id', () => {
  const ids = run.results.map((result: { ruleId: string }) => result.ruleId);
  assert.deepEqual(ids, ['CVE-2023-0001', 'CVE-2023-0002', 'CVE-2021-23337', 'MAL-2026-1']);
  assert.deepEqual(run.results[0].properties.advisories, ['DSA-5500-1']);
  assert.deepEqual(run.results[0].properties.platforms, ['linux/amd64', 'linux/arm64']);
});

test('GitHub finds levels, security severities, locations and fingerprints', () => {
  const levels = run.results.map((result: { level: string }) => result.level);
  assert.deepEqual(levels, ['error', 'error', 'warning', 'error']);
  const scores = run.tool.driver.rules.map((rule: { properties: object }) =>
    Reflect.get(rule.properties, 'security-severity'),
  );
  assert.deepEqual(scores, ['9.8', '9.8', '6.9', undefined]);
  const { physicalLocation } = run.results[2].locations[0];
  assert.equal(physicalLocation.artifactLocation.uri, 'app/node%20modules/lod%C3%A4sh!/package.json');
  assert.equal(physicalLocation.region.startLine, 1);
  const prints = run.results.map(
    (result: { partialFingerprints: object }) => Object.values(result.partialFingerprints)[0],
  );
  assert.equal(new Set(prints).size, prints.length);
});

test('a fingerprint does not change with the version of the package', () => {
  const at = (version: string) => {
    const found = packageOf('a', version);
    const [platform] = input.platforms;
    assert.ok(platform);
    return render({ ...input, platforms: [{ ...platform, findings: [findingOf(found, 'CVE-2026-1000')] }] });
  };
  const printOf = (rendered: typeof log) => rendered.runs[0].results[0].partialFingerprints;
  assert.deepEqual(printOf(at('1')), printOf(at('2')));
});

test('an accepted finding is suppressed with reason, person and end, and the others say that they are not', () => {
  assert.deepEqual(run.results[0].suppressions, []);
  const [suppression] = run.results[2].suppressions;
  assert.equal(suppression.justification, 'the function is never called');
  assert.equal(suppression.properties.acceptedUntil, '2027-01-01T00:00:00.000Z');
});

test('unread content makes the execution unsuccessful, other problems are warnings, and none is silent', () => {
  const [invocation] = run.invocations;
  assert.equal(invocation.executionSuccessful, false);
  const said = invocation.toolExecutionNotifications.map(
    (each: { level: string; descriptor: { id: string } }) => `${each.level} ${each.descriptor.id}`,
  );
  assert.deepEqual(said, ['error layer-damaged', 'warning licence-unknown']);
  const clean = render({ ...input, platforms: input.platforms.slice(0, 1) });
  assert.equal(clean.runs[0].invocations[0].executionSuccessful, true);
});

test('without advisories an empty report is no success', () => {
  const [platform] = input.platforms;
  assert.ok(platform);
  const problems = [{ code: 'no-advisories', message: 'there are none', path: null, layer: null }];
  const rendered = render({ ...input, platforms: [{ ...platform, findings: [], problems }] });
  assert.equal(rendered.runs[0].invocations[0].executionSuccessful, false);
});

test('the order of the input does not change a byte', () => {
  const turned = {
    ...input,
    platforms: input.platforms.map((platform) => ({
      ...platform,
      findings: [...platform.findings].reverse(),
      packages: [...platform.packages].reverse(),
      problems: [...platform.problems].reverse(),
    })),
  };
  assert.deepEqual(sarif.render(turned), sarif.render(input));
});

test('more results than readers take are cut at the worst, and that is said', { skip }, () => {
  const [platform] = input.platforms;
  assert.ok(platform);
  const low = Array.from({ length: 25_010 }, (_, index) =>
    findingOf(packageOf(`p${index}`, '1'), `CVE-2026-${10_000 + (index % 50)}`, { severity: 'low' }),
  );
  const worst = findingOf(packageOf('worst', '1'), 'CVE-2026-9999', { severity: 'critical' });
  const rendered = render({ ...input, platforms: [{ ...platform, findings: [...low, worst] }] });
  const [{ results, invocations }] = rendered.runs;
  assert.equal(results.length, 25_000);
  assert.equal(results[0].ruleId, 'CVE-2026-9999');
  assert.match(invocations[0].toolExecutionNotifications[0].message.text, /^11 results of lower severity/);
});

test('hostile names and texts stay text', { skip }, () => {
  const [platform] = input.platforms;
  assert.ok(platform);
  const found = packageOf('a\n"<b>\ud800', '\u0000', { locations: [{ layer: 'x', path: '../../%2e%2e/\ud800?#' }] });
  const finding = findingOf(found, 'X\ud800 Y', { summary: 'z'.repeat(100_000) });
  const rendered = render({ ...input, platforms: [{ ...platform, findings: [finding] }] });
  assert.deepEqual(validate?.(rendered), []);
  assert.ok(rendered.runs[0].tool.driver.rules[0].shortDescription.text.length <= 1000);
});
