/** Where people read about a vulnerability. */
export function advisoryAddress(id: string): string {
  if (/^CVE-\d{4}-\d+$/.test(id)) return `https://nvd.nist.gov/vuln/detail/${id}`;
  return `https://osv.dev/vulnerability/${encodeURIComponent(id.toWellFormed())}`;
}
