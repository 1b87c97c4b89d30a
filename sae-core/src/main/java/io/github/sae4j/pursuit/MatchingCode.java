package io.github.sae4j.pursuit;

/** Matching pursuit: each step increases one coefficient. */
final class MatchingCode extends RowCode {

  MatchingCode(int most, double least) {
    super(most, least);
  }

  @Override
  void accept(int latent, double along, double target, double[] dots) {
    int i = indexOf(latent);
    if (i < 0) {
      add(latent, along);
    } else {
      setCoefficient(i, coefficient(i) + along);
    }
  }
}
