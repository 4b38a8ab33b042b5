/** The part of jStat that is used; it comes without types. */
declare module 'jstat' {
  interface StudentT {
    cdf(x: number, freedom: number): number
    inv(p: number, freedom: number): number
  }
  interface Library {
    readonly studentt: StudentT
    /** The regularized lower incomplete gamma function. */
    readonly lowRegGamma: (a: number, x: number) => number
  }
  const library: { readonly jStat: Library }
  export default library
}
