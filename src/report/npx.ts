const call =
  /(?<![\w./-]|npx )lockstep (?=(?:verify|check|diagnose|replay|rules|diff|golden|mutants|report|doctor|setup)\b)/g

/** A text whose commands work where Lockstep is a dependency of a project, and not on the path. */
export const throughNpx = (text: string): string => text.replace(call, 'npx lockstep ')
