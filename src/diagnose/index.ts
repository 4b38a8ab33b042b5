export { diagnose, type Explained, explain, patience } from './diagnose.ts'
