/** The share of the steps in which a warm-up brings the rate up from 0. */
const warmUp = 0.05

/** Loshchilov & Hutter 2017, equation 5, without restarts and down to 0. */
const cosine = (step: number, steps: number): number => (1 + Math.cos((Math.PI * step) / steps)) / 2

/** How the rate changes: its share of the full rate at a step from 0 on, of so many steps. */
export const schedules = {
  constant: () => 1,
  cosine,
  /** Linear over the first twentieth (Goyal et al. 2017, section 2.2), then the cosine over the rest. */
  'warmup-cosine': (step: number, steps: number) => {
    const warm = Math.max(1, Math.round(warmUp * steps))
    return step < warm ? (step + 1) / (warm + 1) : cosine(step - warm, steps - warm)
  },
} as const satisfies Record<string, (step: number, steps: number) => number>
export type ScheduleId = keyof typeof schedules
