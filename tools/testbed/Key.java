import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/**
 * Writes the private key of a store, PKCS12, as PEM.
 *
 * <p>{@code Key STORE PASSWORD FILE}. The key is the one called {@code server}.
 */
public final class Key {
  public static void main(String[] arguments) throws Exception {
    char[] password = arguments[1].toCharArray();
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      store.load(in, password);
    }
    byte[] key = store.getKey("server", password).getEncoded();
    String text = Base64.getMimeEncoder(64, "\n".getBytes()).encodeToString(key);
    Files.writeString(
        Path.of(arguments[2]),
        "-----BEGIN PRIVATE KEY-----\n" + text + "\n-----END PRIVATE KEY-----\n");
  }

  private Key() {}
}
