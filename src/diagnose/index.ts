export { diagnose, patience } from './diagnose.ts'
