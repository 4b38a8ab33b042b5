import { type Arithmetic, ieee } from '../language/arithmetic.ts'

/**
 * The arithmetic of any language on any processor, for vectors that ports are tested with: scalars in binary64, as the
 * rules say, and the freedom that compilers and libraries take.
 */
export const portable: Arithmetic = {
  ...ieee,
  name: 'portable',
  power: 'library',
  contraction: true,
  ulps: { sqrt: 1, div: 1, pow: 1 },
  evidence:
    'C compilers contract a*b+c by default (GCC -ffp-contract=fast); pow of the common C libraries is within an ulp (Gladman, Innocente, Mather & Zimmermann, Accuracy of Mathematical Functions, 2024); roots and quotients of vector libraries within one ulp',
}
