import { adam } from './adam.ts'
export const families = [adam]
