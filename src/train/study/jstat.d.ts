/** The part of jStat that is used; it comes without types. */
declare module 'jstat' {
  interface StudentT {
    cdf(x: number, freedom: number): number
    inv(p: number, freedom: number): number
  }
  interface Library {
    readonly studentt: StudentT
    /** Fisher's F, with so many degrees of freedom above and below. */
    readonly centralF: { inv(p: number, above: number, below: number): number }
    /** The regularized lower incomplete gamma function. */
    readonly lowRegGamma: (a: number, x: number) => number
  }
  const library: { readonly jStat: Library }
  export default library
}
