// The real engine beside the bench: reads a workload, then runs a round for each line it is sent.
package tachograph.peer;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.util.EventTypeBusModifier;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPEventService;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPRuntimeProvider;
import com.espertech.esper.runtime.client.EPStatement;
import com.google.gson.Gson;
import com.sun.management.ThreadMXBean;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One workload a process; each answer is a JSON object on a line. */
public final class Main {
    private final Workload workload;
    private final Configuration configuration = new Configuration();
    private final EPRuntime runtime;
    private final List<Counter> counters = new ArrayList<>();
    private Events events;
    private long clock;

    /** Rules of a module, where many are deployed. */
    private static final int MODULE = 250;

    private Main(Workload workload) throws Exception {
        this.workload = workload;
        configuration.getRuntime().getThreading().setInternalTimerEnabled(false);
        configuration.getCompiler().getByteCode().setAccessModifiersPublic();
        configuration.getCompiler().getByteCode().setBusModifierEventType(EventTypeBusModifier.BUS);
        runtime = EPRuntimeProvider.getRuntime("peer", configuration);
        runtime.getEventService().advanceTime(0);
        deploy(compile(workload.schema));
        if (workload.deploys == 0) {
            deployRules();
            events = new Events(workload);
        }
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        long began = System.nanoTime();
        Main main = new Main(new Gson().fromJson(input.readLine(), Workload.class));
        System.out.println(new Gson().toJson(Map.of("nanos", System.nanoTime() - began)));
        while (input.readLine() != null) {
            System.out.println(new Gson().toJson(main.round()));
        }
    }

    private EPCompiled compile(String text) throws Exception {
        CompilerArguments arguments = new CompilerArguments(configuration);
        arguments.getPath().add(runtime.getRuntimePath());
        return EPCompilerProvider.getCompiler().compile(text, arguments);
    }

    private EPStatement[] deploy(EPCompiled compiled) throws Exception {
        return runtime.getDeploymentService().deploy(compiled).getStatements();
    }

    /** Every statement gets a listener of its own, whatever name the engine gives it. */
    private void deployRules(String module) throws Exception {
        for (EPStatement statement : deploy(compile(module))) {
            Counter counter = new Counter(statement);
            counters.add(counter);
            statement.addListener(counter);
        }
    }

    /** Each copy is a statement of its own, with its own constant, many to a module. */
    private void deployRules() throws Exception {
        for (int first = 0; first < workload.copies; first += MODULE) {
            StringBuilder module = new StringBuilder();
            for (int i = first; i < Math.min(first + MODULE, workload.copies); i++) {
                module.append(rule(i)).append('\n');
            }
            deployRules(module.toString());
        }
    }

    private String rule(int copy) {
        return workload.rule.replace("{key}", "'S" + copy + "'");
    }

    private Map<String, Object> round() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        counters.forEach(counter -> {
            counter.rows = 0;
            counter.sum = 0;
        });
        long allocated = threads.getThreadAllocatedBytes(thread);
        long began = System.nanoTime();
        if (workload.deploys > 0) {
            compileAndDeploy();
        } else {
            send();
        }
        long nanos = System.nanoTime() - began;
        allocated = threads.getThreadAllocatedBytes(thread) - allocated;
        long rows = counters.stream().mapToLong(counter -> counter.rows).sum();
        double sum = counters.stream().mapToDouble(counter -> counter.sum).sum();
        return Map.of("nanos", nanos, "rows", rows, "sum", sum, "allocated", allocated);
    }

    /** The clock goes on from round to round, as the state does. */
    private void send() {
        EPEventService service = runtime.getEventService();
        Object[][] rows = events.rows;
        int perMs = workload.perMs;
        for (int i = 0; i < rows.length; i++) {
            if (i % perMs == 0) {
                service.advanceTime(clock++);
            }
            service.sendEventObjectArray(rows[i], "S");
        }
    }

    private void compileAndDeploy() throws Exception {
        for (int i = 0; i < workload.deploys; i++) {
            deployRules(rule(i));
        }
        counters.clear();
    }
}
