/** An optional package: it registers its backend when it is imported, and nothing else of it is used. */
declare module '@tensorflow/tfjs-backend-wasm'
