// One case: its module deployed in a runtime of its own, its steps taken one by one.
package tachograph.oracle;

import com.espertech.esper.common.client.EPCompiled;
import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.EventType;
import com.espertech.esper.common.client.configuration.Configuration;
import com.espertech.esper.common.client.fireandforget.EPFireAndForgetQueryResult;
import com.espertech.esper.compiler.client.CompilerArguments;
import com.espertech.esper.compiler.client.EPCompileException;
import com.espertech.esper.compiler.client.EPCompilerProvider;
import com.espertech.esper.runtime.client.EPDeployException;
import com.espertech.esper.runtime.client.EPDeployment;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPStatement;
import com.espertech.esper.runtime.client.EPUndeployException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** A case and the runtime that judges it. */
final class Case {
    private final JsonObject request;
    private final Configuration configuration = Engine.configuration();
    private final EPRuntime runtime = Engine.start(configuration);
    private final Recorder recorder = new Recorder();
    private final Map<String, EPStatement> statements = new LinkedHashMap<>();
    private final JsonObject types = new JsonObject();

    Case(JsonObject request) {
        this.request = request;
    }

    /** Runs the case; the runtime is gone afterwards. */
    JsonObject judge() {
        JsonObject answer = new JsonObject();
        try {
            deploy(request.get("epl").getAsString(), true);
            JsonArray steps = new JsonArray();
            for (JsonElement step : request.getAsJsonArray("steps")) {
                steps.add(result(step.getAsJsonObject()));
            }
            answer.add("types", types);
            answer.add("steps", steps);
        } catch (EPCompileException | EPDeployException e) {
            answer.addProperty("error", e.getMessage());
        } finally {
            runtime.destroy();
        }
        return answer;
    }

    private JsonElement result(JsonObject step) {
        String fault = null;
        try {
            take(step);
        } catch (EPCompileException | EPDeployException | EPUndeployException | RuntimeException e) {
            fault = innermost(e).toString();
        }
        JsonArray rows = recorder.take();
        if (fault == null) {
            return rows;
        }
        JsonObject faulted = new JsonObject();
        faulted.addProperty("fault", fault);
        faulted.add("rows", rows);
        return faulted;
    }

    private void take(JsonObject step) throws EPCompileException, EPDeployException, EPUndeployException {
        if (step.has("time")) {
            runtime.getEventService().advanceTime(step.get("time").getAsLong());
        } else if (step.has("span")) {
            runtime.getEventService().advanceTimeSpan(step.get("span").getAsLong());
        } else if (step.has("send")) {
            Sender.send(runtime, step.get("send").getAsString(), step.getAsJsonObject("event"));
        } else if (step.has("deploy")) {
            deploy(step.get("deploy").getAsString(), false);
        } else if (step.has("undeploy")) {
            EPStatement statement = statement(step.get("undeploy").getAsString());
            runtime.getDeploymentService().undeploy(statement.getDeploymentId());
        } else if (step.has("query")) {
            query(step.get("query").getAsString());
        } else if (step.has("iterate")) {
            iterate(statement(step.get("iterate").getAsString()));
        } else if (!step.has("snapshot")) {
            throw new IllegalArgumentException("no such step: " + step);
        }
    }

    /** Only the statements of the first module have their types told. */
    private void deploy(String epl, boolean isFirst) throws EPCompileException, EPDeployException {
        EPCompiled module = EPCompilerProvider.getCompiler().compile(epl, arguments());
        EPDeployment deployment = runtime.getDeploymentService().deploy(module);
        for (EPStatement statement : deployment.getStatements()) {
            if (Engine.isNamed(statement)) {
                statements.put(statement.getName(), statement);
                EventType type = statement.getEventType();
                if (type != null) {
                    if (isFirst) {
                        types.add(statement.getName(), Types.columns(type));
                    }
                    statement.addListener(recorder.listener(type));
                }
            }
        }
    }

    private void query(String epl) throws EPCompileException {
        EPCompiled query = EPCompilerProvider.getCompiler().compileQuery(epl, arguments());
        EPFireAndForgetQueryResult result = runtime.getFireAndForgetService().executeQuery(query);
        for (EventBean row : result.getArray()) {
            recorder.row("", "?", row, result.getEventType());
        }
    }

    private void iterate(EPStatement statement) {
        for (Iterator<EventBean> rows = statement.iterator(); rows.hasNext(); ) {
            recorder.row(statement.getName(), "*", rows.next(), statement.getEventType());
        }
    }

    private CompilerArguments arguments() {
        CompilerArguments arguments = new CompilerArguments(configuration);
        arguments.getPath().add(runtime.getRuntimePath());
        return arguments;
    }

    private EPStatement statement(String name) {
        EPStatement statement = statements.get(name);
        if (statement == null) {
            throw new IllegalArgumentException("no statement is named " + name);
        }
        return statement;
    }

    private static Throwable innermost(Throwable fault) {
        while (fault.getCause() != null) {
            fault = fault.getCause();
        }
        return fault;
    }
}
