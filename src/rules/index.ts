import { adam } from './adam.ts'
import { adamw } from './adamw.ts'
export const families = [adam, adamw]
