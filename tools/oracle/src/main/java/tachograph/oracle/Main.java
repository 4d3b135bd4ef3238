// The real engine as a judge: one case a line comes in on standard input, one answer a line goes out.
//
// A request is {"id":…,"epl":…,"steps":[{"time":ms} | {"span":ms} | {"send":type,"event":{…}} | {"deploy":epl} |
// {"undeploy":statement} | {"query":epl} | {"iterate":statement} | {"snapshot":true}]}. The answer is
// {"id":…,"types":{statement:[[property,type],…]},"steps":[[[statement,sign,row,call],…],…]} where a step that threw
// is {"fault":message,"rows":[…]}, or {"id":…,"error":message} when the module is refused, or {"id":…,"timeout":true}.
// Answers come as cases end, not in the order of requests.
package tachograph.oracle;

import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.TimeZone;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Reads requests, has them judged on two threads, writes answers. */
public final class Main {
    private static final int THREADS = 2;

    private Main() {}

    /** Runs until standard input ends and every case has its answer. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        Locale.setDefault(Locale.ENGLISH);
        // The engine writes to standard output now and then; answers have a stream of their own.
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        ExecutorService judges = Executors.newFixedThreadPool(THREADS);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            String request = line;
            judges.execute(() -> answer(request, answers));
        }
        judges.shutdown();
        judges.awaitTermination(1, TimeUnit.DAYS);
        // A case that never returned may still hold a thread.
        Runtime.getRuntime().halt(0);
    }

    private static void answer(String request, PrintStream answers) {
        JsonObject answer = Watchdog.judge(Values.GSON.fromJson(request, JsonObject.class));
        String line = Values.GSON.toJson(answer);
        synchronized (answers) {
            answers.println(line);
        }
    }
}
