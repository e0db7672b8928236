// Durations as ISO 8601 writes them.

const pattern = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const secondsOf = [31_536_000, 2_592_000, 604_800, 86_400, 3600, 60, 1];

/** PT8H, P1DT30M, P6M (of 30 days) → milliseconds; undefined for what is no duration. */
export function durationMs(duration: string): number | undefined {
  const [all, ...parts] = pattern.exec(duration) ?? [];
  if (all === undefined || parts.every((part) => part === undefined)) return undefined;
  return 1000 * parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (secondsOf[index] ?? 0), 0);
}
