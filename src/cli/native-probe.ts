import { native } from '../train/engines/native/index.ts'

// Loads the native engine in a process of its own, which a broken library may end, and prints what it is or why it is not.
// The arguments are the places to look into; none: the usual ones.
const places = process.argv.slice(2)
try {
  const { description } = await native(places.length > 0 ? { places } : {})
  console.log(JSON.stringify({ description }))
} catch (error) {
  const { message, hint } = error as Error & { hint?: string }
  console.log(JSON.stringify({ message, hint }))
}
