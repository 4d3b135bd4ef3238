// What a listener does in the bench: it counts rows and sums one column.
package tachograph.peer;

import com.espertech.esper.common.client.EventBean;
import com.espertech.esper.common.client.EventPropertyGetter;
import com.espertech.esper.runtime.client.EPRuntime;
import com.espertech.esper.runtime.client.EPStatement;
import com.espertech.esper.runtime.client.UpdateListener;

/** Reads the column `v` through the engine's own getter. */
final class Counter implements UpdateListener {
    long rows;
    double sum;
    private final EventPropertyGetter getter;

    Counter(EPStatement statement) {
        getter = statement.getEventType().getGetter("v");
    }

    @Override
    public void update(EventBean[] inserted, EventBean[] removed, EPStatement statement, EPRuntime runtime) {
        add(inserted);
        add(removed);
    }

    private void add(EventBean[] beans) {
        if (beans == null) {
            return;
        }
        rows += beans.length;
        for (EventBean bean : beans) {
            Object value = getter.get(bean);
            if (value != null) {
                sum += ((Number) value).doubleValue();
            }
        }
    }
}
