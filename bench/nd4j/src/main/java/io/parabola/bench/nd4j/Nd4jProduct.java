package io.parabola.bench.nd4j;

import io.parabola.bench.contestants.CovarianceLibrary;
import io.parabola.bench.problems.ReturnSample;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The covariance by ND4J's arrays: centred by columns, multiplied by its gemm. */
public final class Nd4jProduct implements CovarianceLibrary {
  @Override
  public String name() {
    return "nd4j";
  }

  @Override
  public double[] covariance(ReturnSample sample) {
    try (INDArray x =
            Nd4j.create(
                sample.array(),
                new long[] {sample.observations(), sample.size()},
                DataType.DOUBLE);
        INDArray mean = x.mean(0);
        INDArray centred = x.subRowVector(mean);
        INDArray product = Nd4j.gemm(centred, centred, true, false)) {
      product.divi(sample.observations() - 1);
      return product.data().asDouble();
    }
  }
}
