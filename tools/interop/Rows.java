import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.CellUtil;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Append;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.client.Delete;
import org.apache.hadoop.hbase.client.Increment;
import org.apache.hadoop.hbase.client.Put;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;

/**
 * HBase's own Java client, for the test that it and ours understand each other's rows.
 *
 * <p>{@code Rows PORT TABLE write} writes the rows of the test, {@code Rows PORT TABLE read} prints
 * every version of every cell: key, column, timestamp and value, bytes as hexadecimal digits. PORT is
 * ZooKeeper's.
 */
public final class Rows {
  public static void main(String[] arguments) throws Exception {
    Configuration configuration = HBaseConfiguration.create();
    configuration.set("hbase.zookeeper.quorum", "127.0.0.1");
    configuration.set("hbase.zookeeper.property.clientPort", arguments[0]);
    try (Connection connection = ConnectionFactory.createConnection(configuration);
        Table table = connection.getTable(TableName.valueOf(arguments[1]))) {
      if (arguments[2].equals("write")) {
        write(table);
      } else {
        read(table);
      }
    }
  }

  private static void write(Table table) throws Exception {
    table.put(new Put(bytes("plain")).addColumn(bytes("f"), bytes("q"), 1000, bytes("value")));
    table.put(new Put(bytes("Zürich")).addColumn(bytes("f"), bytes("straße"), 1000, bytes("größe")));
    byte[] odd = {0, 1, (byte) 0xff, (byte) 0x80, 10};
    table.put(new Put(odd).addColumn(bytes("f"), odd, 9_000_000_000_000_000L, odd));
    table.put(new Put(bytes("empty")).addColumn(bytes("f"), bytes(""), 0, bytes("")));
    for (long time = 1; time <= 3; time++) {
      table.put(new Put(bytes("versions")).addColumn(bytes("f"), bytes("q"), time, bytes("v" + time)));
    }
    table.delete(new Delete(bytes("versions")).addColumn(bytes("f"), bytes("q"), 2));
    table.increment(new Increment(bytes("counter")).addColumn(bytes("f"), bytes("n"), 42));
    table.put(new Put(bytes("joined")).addColumn(bytes("f"), bytes("q"), 7, bytes("left")));
    table.append(new Append(bytes("joined")).addColumn(bytes("f"), bytes("q"), bytes("-right")));
    table.put(new Put(bytes("large")).addColumn(bytes("f"), bytes("q"), 8, new byte[1 << 20]));
  }

  private static void read(Table table) throws Exception {
    Scan scan = new Scan().readAllVersions();
    try (ResultScanner rows = table.getScanner(scan)) {
      for (Result row : rows) {
        for (Cell cell : row.rawCells()) {
          System.out.println(line(cell));
        }
      }
    }
  }

  private static String line(Cell cell) {
    HexFormat hex = HexFormat.of();
    return String.join(
        " ",
        hex.formatHex(CellUtil.cloneRow(cell)),
        hex.formatHex(CellUtil.cloneFamily(cell)) + ":" + hex.formatHex(CellUtil.cloneQualifier(cell)),
        Long.toString(cell.getTimestamp()),
        hex.formatHex(CellUtil.cloneValue(cell)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Rows() {}
}
