package tachograph.load;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.BufferedMutator;
import org.apache.hadoop.hbase.client.BufferedMutatorParams;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.client.Put;

/**
 * Gives rows to HBase's own {@code BufferedMutator}: the rows of the bench's scenario {@code hbase}.
 *
 * <p>{@code Main PORT TABLE ROWS BATCH} writes ROWS rows in batches of BATCH rows; PORT is ZooKeeper's.
 * Prints an object: seconds from the first row to the end of the last flush, CPU seconds of this
 * process meanwhile, and all of them, the start of the virtual machine included.
 */
public final class Main {
  private static final byte[] FAMILY = bytes("d");
  private static final byte[][] COLUMNS = {
    bytes("accel"), bytes("brake"), bytes("gear"), bytes("lamp"),
    bytes("lat"), bytes("lon"), bytes("speed"), bytes("wheel"),
  };

  public static void main(String[] arguments) throws Exception {
    Configuration configuration = HBaseConfiguration.create();
    configuration.set("hbase.zookeeper.quorum", "127.0.0.1");
    configuration.set("hbase.zookeeper.property.clientPort", arguments[0]);
    int rows = Integer.parseInt(arguments[2]);
    long batchBytes = put(0, 0).heapSize() * Long.parseLong(arguments[3]);
    BufferedMutatorParams params =
        new BufferedMutatorParams(TableName.valueOf(arguments[1])).writeBufferSize(batchBytes);
    try (Connection connection = ConnectionFactory.createConnection(configuration);
        BufferedMutator mutator = connection.getBufferedMutator(params)) {
      double cpu = cpuSeconds();
      long begun = System.nanoTime();
      for (int n = 0; n < rows; n++) {
        mutator.mutate(put((int) (n * 7_919L % rows), n));
      }
      mutator.flush();
      double seconds = (System.nanoTime() - begun) / 1e9;
      System.out.printf(
          Locale.ROOT,
          "{\"seconds\": %.3f, \"cpu_seconds\": %.3f, \"cpu_seconds_with_start\": %.3f}%n",
          seconds,
          cpuSeconds() - cpu,
          cpuSeconds());
    }
  }

  private static Put put(int key, int n) {
    long time = 1_700_000_000_000L + n;
    Put put = new Put(digits(key, 10));
    for (int index = 0; index < COLUMNS.length; index++) {
      byte[] value = digits((n + index * 37) % 10_000, 4);
      put.addColumn(FAMILY, COLUMNS[index], time, value);
    }
    return put;
  }

  /** A number in so many digits; {@code String.format} would cost more than the client does. */
  private static byte[] digits(int number, int count) {
    byte[] digits = new byte[count];
    for (int place = count - 1; place >= 0; place--) {
      digits[place] = (byte) ('0' + number % 10);
      number /= 10;
    }
    return digits;
  }

  private static double cpuSeconds() {
    OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Main() {}
}
