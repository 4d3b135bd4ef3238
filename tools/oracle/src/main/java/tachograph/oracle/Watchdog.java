// Ends a case that does not return: the engine has statements that spin for ever.
package tachograph.oracle;

import com.google.gson.JsonObject;
import java.util.concurrent.atomic.AtomicReference;

/** Judges a case on a thread of its own and waits for it so long and no longer. */
final class Watchdog {
    private static final long PATIENCE_MS = 10_000;

    private Watchdog() {}

    /** The answer to a request; `timeout` when there was none in time. */
    static JsonObject judge(JsonObject request) {
        AtomicReference<JsonObject> answer = new AtomicReference<>();
        Thread thread = new Thread(() -> answer.set(judgeOrError(request)));
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        JsonObject result = answer.get();
        if (result == null) {
            end(thread);
            result = new JsonObject();
            result.addProperty("timeout", true);
        }
        result.add("id", request.get("id"));
        return result;
    }

    private static JsonObject judgeOrError(JsonObject request) {
        try {
            return new Case(request).judge();
        } catch (RuntimeException | StackOverflowError e) {
            JsonObject result = new JsonObject();
            result.addProperty("error", String.valueOf(e));
            return result;
        }
    }

    /** Nothing but stopping ends a thread that spins; a Java that can no longer do it leaves the thread behind. */
    @SuppressWarnings({"deprecation", "removal"})
    private static void end(Thread thread) {
        try {
            thread.stop();
        } catch (UnsupportedOperationException e) {
            thread.interrupt();
        }
    }
}
