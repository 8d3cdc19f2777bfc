/**
 * The processor time that some work took in this process, in milliseconds. Unlike the clock it does not depend on what else the
 * machine is doing, so a bound on it shows work that grows too fast and nothing else.
 */
export async function effortOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
