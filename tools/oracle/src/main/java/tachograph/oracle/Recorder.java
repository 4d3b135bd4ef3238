// What statements post, in the order in which the engine tells it.
package tachograph.oracle;

import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.EventType;
import com.espertech.esper.runtime.client.UpdateListener;
import com.google.gson.JsonArray;

/** Collects the rows of a step: of each call of a listener first the new rows, then the old ones. */
final class Recorder {
    private JsonArray rows = new JsonArray();
    private int call;

    UpdateListener listener(EventType type) {
        return (added, removed, statement, runtime) -> {
            call++;
            rows(statement.getName(), "+", added, type);
            rows(statement.getName(), "-", removed, type);
        };
    }

    private void rows(String statement, String sign, EventBean[] events, EventType type) {
        if (events != null) {
            for (EventBean event : events) {
                row(statement, sign, event, type);
            }
        }
    }

    void row(String statement, String sign, EventBean event, EventType type) {
        JsonArray row = new JsonArray();
        row.add(statement);
        row.add(sign);
        row.add(Values.event(event, type));
        row.add(call);
        rows.add(row);
    }

    /** The rows since the last time. */
    JsonArray take() {
        JsonArray taken = rows;
        rows = new JsonArray();
        call = 0;
        return taken;
    }
}
