/** What stands for a rule where there is none: hyper-parameters then go by the subject's own names. */
export const noRule = '*'
